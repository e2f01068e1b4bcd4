"""the version and day that a bug's issue named last, so that what it takes back is known"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bug", sa.Column("told", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("bug", "told")  # others refer to the table: it is not made anew
