"""staff read the console in the language of their browser until they choose one"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE staff SET language = '' WHERE language = 'en'")  # nobody could choose before: it was the default


def downgrade() -> None:
    op.execute("UPDATE staff SET language = 'en' WHERE language = ''")
