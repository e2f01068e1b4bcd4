"""what people said of themes; events on a theme's page"""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

THEMED = sa.text("theme_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("event", sa.Column("theme_id", sa.Integer(), nullable=True))
    op.create_index("ix_event_theme", "event", ["theme_id", "id"], sqlite_where=THEMED, postgresql_where=THEMED)
    op.create_table(
        "theme_pin",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["staff.id"]),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_table(
        "theme_difference",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["staff.id"]),
        sa.ForeignKeyConstraint(["one_id"], ["theme.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["theme.id"]),
        sa.PrimaryKeyConstraint("one_id", "other_id"),
    )


def downgrade() -> None:
    op.drop_table("theme_difference")
    op.drop_table("theme_pin")
    op.drop_index("ix_event_theme", "event")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("theme_id")
