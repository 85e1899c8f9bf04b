"""frozen certificates

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


COLUMNS = "serial, code, kind, person_id, course_session_id, issued_at, issued_by_id, valid_until, printed"
TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER certificate_is_frozen BEFORE UPDATE OF {COLUMNS} ON certificate "
        "BEGIN SELECT RAISE(ABORT, 'certificate is frozen'); END",
        "CREATE TRIGGER certificate_is_kept BEFORE DELETE ON certificate "
        "BEGIN SELECT RAISE(ABORT, 'certificate is frozen'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION certificate_is_frozen() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'certificate is frozen'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER certificate_is_frozen BEFORE UPDATE OF {COLUMNS} ON certificate "
        "FOR EACH ROW EXECUTE FUNCTION certificate_is_frozen()",
        "CREATE TRIGGER certificate_is_kept BEFORE DELETE ON certificate "
        "FOR EACH ROW EXECUTE FUNCTION certificate_is_frozen()",
    ),
}


def upgrade() -> None:
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    on_table = " ON certificate" if op.get_bind().dialect.name == "postgresql" else ""
    for trigger in ("certificate_is_kept", "certificate_is_frozen"):
        op.execute(sa.text(f"DROP TRIGGER {trigger}{on_table}"))
    if on_table:
        op.execute(sa.text("DROP FUNCTION certificate_is_frozen()"))
