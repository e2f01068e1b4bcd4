"""files that engineers put on an issue are fetched"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enclosure") as batch_op:
        batch_op.alter_column("attachment_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("comment_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("media_type", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
        batch_op.create_unique_constraint("uq_enclosure_comment_id", ["comment_id"])
        batch_op.create_foreign_key("fk_enclosure_comment_id", "bug_comment", ["comment_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM enclosure WHERE attachment_id IS NULL")
    with op.batch_alter_table("enclosure") as batch_op:
        batch_op.drop_constraint("fk_enclosure_comment_id", type_="foreignkey")
        batch_op.drop_constraint("uq_enclosure_comment_id", type_="unique")
        for name in ("content", "size", "media_type", "name", "comment_id"):
            batch_op.drop_column(name)
        batch_op.alter_column("attachment_id", existing_type=sa.Integer(), nullable=False)
