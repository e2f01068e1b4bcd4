"""desk words"""

import sqlalchemy as sa
from alembic import op

import storage.database


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('planned_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('press', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.Boolean(), nullable=False),
    sa.Column('resolve', sa.Boolean(), nullable=False),
    sa.Column('later', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('say_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('created_at', storage.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('press')
    )
    op.create_index('ix_planned_reply_state', 'planned_reply', ['state'], unique=False)
    op.create_index('ix_planned_reply_ticket_id', 'planned_reply', ['ticket_id'], unique=False)
    op.create_table('promise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('due_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('decided_at', storage.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_promise_state', 'promise', ['state'], unique=False)
    op.create_index('ix_promise_ticket_id', 'promise', ['ticket_id'], unique=False)
    op.create_table('saved_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('used_at', storage.database.UtcDateTime(), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('created_at', storage.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name', 'language')
    )
    op.create_table('presence',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('doing', sa.String(), nullable=False),
    sa.Column('at', storage.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'staff_id')
    )
    op.create_table('rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('word', sa.String(), nullable=False),
    sa.Column('asked_at', storage.database.UtcDateTime(), nullable=False),
    sa.Column('answered_at', storage.database.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ticket_id')
    )
    op.create_index('ix_rating_answered_at', 'rating', ['answered_at'], unique=False)
    op.create_index('ix_rating_customer_id', 'rating', ['customer_id'], unique=False)
    op.create_index('ix_rating_staff_id', 'rating', ['staff_id'], unique=False)


def downgrade() -> None:
    for name in ('rating', 'presence', 'saved_reply', 'promise', 'planned_reply'):
        op.drop_table(name)
