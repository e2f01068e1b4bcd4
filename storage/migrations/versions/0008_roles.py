"""roles: founders become admins; where there is none, whoever was here first, because until now everybody could do everything"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    staff = sa.table('staff', sa.column('id', sa.Integer), sa.column('role', sa.String), sa.column('active', sa.Boolean))
    op.execute(staff.update().where(staff.c.role == 'founder').values(role='admin'))
    connection = op.get_bind()
    admins = connection.execute(sa.select(sa.func.count()).where(staff.c.role == 'admin')).scalar_one()
    if not admins:
        first = sa.select(staff.c.id).where(staff.c.active).order_by(staff.c.role != 'listener', staff.c.id).limit(1)
        if (one := connection.execute(first).scalar()) is not None:
            op.execute(staff.update().where(staff.c.id == one).values(role='admin'))


def downgrade() -> None:
    staff = sa.table('staff', sa.column('role', sa.String))
    op.execute(staff.update().where(staff.c.role == 'admin').values(role='founder'))
    op.execute(staff.update().where(staff.c.role == 'manager').values(role='founder'))
