"""reactions of engineers, alarms of themes"""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "reaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("theme_id", "week", "staff_id"),
    )
    op.create_index("ix_reaction_theme_id", "reaction", ["theme_id"])
    op.create_table(
        "theme_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("bar", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", storage.database.UtcDateTime(), nullable=False),
        sa.Column("changed_at", storage.database.UtcDateTime(), nullable=False),
        sa.Column("told_at", storage.database.UtcDateTime(), nullable=True),
        sa.Column("closed_at", storage.database.UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"]),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_theme_alert_open", "theme_alert", ["theme_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_theme_alert_theme_id", "theme_alert", ["theme_id"])
    op.create_index("ix_theme_alert_state", "theme_alert", ["state"])
    op.create_index("ix_theme_alert_opened_at", "theme_alert", ["opened_at"])


def downgrade() -> None:
    op.drop_table("theme_alert")
    op.drop_table("reaction")
