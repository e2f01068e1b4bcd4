"""a bug that a person files can be taken back before it goes to the tracker"""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bug", sa.Column("file_at", storage.database.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("bug", "file_at")
