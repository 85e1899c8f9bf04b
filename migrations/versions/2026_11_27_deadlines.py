"""No session takes people after it has begun: a deadline that lay later counted no longer, and is set to the beginning.

Revision ID: deadlines
Revises: signs
"""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "deadlines"
down_revision = "signs"
branch_labels = None
depends_on = None

SESSION = sa.table(
    "course_session",
    *(sa.column(name) for name in ("id", "status", "time_zone")),
    sa.column("starts_on", sa.Date),
    sa.column("enrolment_closes_at", sa.DateTime(timezone=True)),
)
MEETING = sa.table("meeting", sa.column("course_session_id"), sa.column("starts_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    connection = op.get_bind()
    first = sa.select(sa.func.min(MEETING.c.starts_at)).where(MEETING.c.course_session_id == SESSION.c.id)
    columns = (SESSION.c.id, SESSION.c.starts_on, SESSION.c.time_zone, SESSION.c.enrolment_closes_at)
    ahead = SESSION.c.status.in_(("draft", "open", "confirmed"))
    for row in connection.execute(sa.select(*columns, first.scalar_subquery().label("first")).where(ahead)).all():
        begins = aware(row.first or datetime.combine(row.starts_on, time(), ZoneInfo(row.time_zone)))
        if aware(row.enrolment_closes_at) > begins:
            change = sa.update(SESSION).where(SESSION.c.id == row.id).values(enrolment_closes_at=begins)
            connection.execute(change)


def aware(moment):
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)


def downgrade() -> None:
    """The deadlines of before counted for nothing."""
