"""jobs: what is left to be done, and what its steps answered"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('queue', sa.String(), nullable=False),
    sa.Column('flow', sa.String(), nullable=False),
    sa.Column('args', sa.JSON(), nullable=False),
    sa.Column('walk', sa.String(), nullable=False),
    sa.Column('due_at', sa.Float(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(), nullable=True),
    sa.Column('leased_until', sa.Float(), nullable=False),
    sa.Column('finished_at', sa.Float(), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    waiting = sa.text('finished_at IS NULL')
    op.create_index('ix_job_waiting', 'job', ['queue', 'id'], unique=False, sqlite_where=waiting, postgresql_where=waiting)
    op.create_index('ix_job_finished', 'job', ['finished_at'], unique=False)
    op.create_table('job_step',
    sa.Column('job_id', sa.Integer(), nullable=False, autoincrement=False),
    sa.Column('number', sa.Integer(), nullable=False, autoincrement=False),
    sa.Column('answer', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('job_id', 'number')
    )


def downgrade() -> None:
    op.drop_table('job_step')
    op.drop_index('ix_job_finished', table_name='job')
    op.drop_index('ix_job_waiting', table_name='job', sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.drop_table('job')
