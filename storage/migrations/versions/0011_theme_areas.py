"""the part of the product a theme is about"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("theme", sa.Column("area", sa.String(), nullable=False, server_default=""))
    op.add_column("theme", sa.Column("area_by", sa.String(), nullable=False, server_default="machine"))


def downgrade() -> None:
    op.drop_column("theme", "area_by")  # others refer to the table: it is not made anew
    op.drop_column("theme", "area")
