"""saved views"""

import sqlalchemy as sa
from alembic import op

import storage.database


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('asked', sa.String(), nullable=False),
    sa.Column('created_at', storage.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_saved_view_staff_id', 'saved_view', ['staff_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_saved_view_staff_id', table_name='saved_view')
    op.drop_table('saved_view')
