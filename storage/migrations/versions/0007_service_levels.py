"""service levels"""

import sqlalchemy as sa
from alembic import op

import storage.database


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('service_level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('minutes', sa.JSON(), nullable=False),
    sa.Column('warn_minutes', sa.Integer(), nullable=False),
    sa.Column('ladder', sa.JSON(), nullable=False),
    sa.Column('opening', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.Column('holidays_country', sa.String(), nullable=False),
    sa.Column('set_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('ended_at', storage.database.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('service_clock',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('level_id', sa.Integer(), nullable=False),
    sa.Column('goal', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('started_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('paused_at', storage.database.UtcDateTime(), nullable=True),
    sa.Column('paused_minutes', sa.Float(), nullable=False),
    sa.Column('due_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('look_at', storage.database.UtcDateTime(), nullable=True),
    sa.Column('warned_at', storage.database.UtcDateTime(), nullable=True),
    sa.Column('missed_at', storage.database.UtcDateTime(), nullable=True),
    sa.Column('ended_at', storage.database.UtcDateTime(), nullable=True),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('why_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['level_id'], ['service_level.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.ForeignKeyConstraint(['why_by'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_service_clock_ended_at', 'service_clock', ['ended_at'], unique=False)
    op.create_index('ix_service_clock_look', 'service_clock', ['state', 'look_at'], unique=False)
    op.create_index('ix_service_clock_missed_at', 'service_clock', ['missed_at'], unique=False)
    op.create_index('ix_service_clock_ticket_id', 'service_clock', ['ticket_id'], unique=False)


def downgrade() -> None:
    op.drop_table('service_clock')
    op.drop_table('service_level')
