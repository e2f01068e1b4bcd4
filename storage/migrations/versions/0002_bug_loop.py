"""bug loop"""

import sqlalchemy as sa
from alembic import op

import storage.database


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tracker_issue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tracker', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('changed_at', storage.database.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tracker', 'external_id')
    )
    with op.batch_alter_table('tracker_issue', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tracker_issue_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_tracker_issue_tracker'), ['tracker'], unique=False)

    op.create_table('tracker_news',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tracker', sa.String(), nullable=False),
    sa.Column('delivery', sa.String(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('kept_at', storage.database.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tracker', 'delivery')
    )
    with op.batch_alter_table('tracker_news', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tracker_news_kept_at'), ['kept_at'], unique=False)

    op.create_table('judgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('candidate', sa.String(), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.Column('same', sa.Boolean(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('at', storage.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('judgement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_judgement_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('enclosure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bug_id', sa.Integer(), nullable=False),
    sa.Column('attachment_id', sa.Integer(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('created_at', storage.database.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], ),
    sa.ForeignKeyConstraint(['bug_id'], ['bug.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('enclosure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enclosure_bug_id'), ['bug_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enclosure_state'), ['state'], unique=False)

    with op.batch_alter_table('bug', schema=None) as batch_op:
        batch_op.add_column(sa.Column('external_id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('status', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('assignee', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('heard_at', storage.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('gone', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('block', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('fields', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('overdue_on', sa.Date(), nullable=True))

    with op.batch_alter_table('bug_comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('external_id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('staff_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('state', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('error', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('aside', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('at_tracker', storage.database.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('deleted_at', storage.database.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f('ix_bug_comment_state'), ['state'], unique=False)
        batch_op.create_index('ix_bug_comment_external', ['bug_id', 'external_id'], unique=True)
        batch_op.create_foreign_key('fk_bug_comment_staff', 'staff', ['staff_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('bug_comment', schema=None) as batch_op:
        batch_op.drop_constraint('fk_bug_comment_staff', type_='foreignkey')
        batch_op.drop_index('ix_bug_comment_external')
        batch_op.drop_index(batch_op.f('ix_bug_comment_state'))
        batch_op.drop_column('deleted_at')
        batch_op.drop_column('at_tracker')
        batch_op.drop_column('aside')
        batch_op.drop_column('error')
        batch_op.drop_column('attempts')
        batch_op.drop_column('state')
        batch_op.drop_column('staff_id')
        batch_op.drop_column('external_id')

    for name in ('overdue_on', 'fields', 'block', 'gone', 'heard_at', 'assignee', 'status', 'external_id'):
        op.drop_column('bug', name)  # in place: the table is referred to, and must not be made anew

    with op.batch_alter_table('enclosure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enclosure_state'))
        batch_op.drop_index(batch_op.f('ix_enclosure_bug_id'))

    op.drop_table('enclosure')
    with op.batch_alter_table('judgement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_judgement_ticket_id'))

    op.drop_table('judgement')
    with op.batch_alter_table('tracker_news', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tracker_news_kept_at'))

    op.drop_table('tracker_news')
    with op.batch_alter_table('tracker_issue', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tracker_issue_tracker'))
        batch_op.drop_index(batch_op.f('ix_tracker_issue_changed_at'))

    op.drop_table('tracker_issue')
