"""missed minutes

Revision ID: missed_minutes
Revises: 0003

"Late" and "left early" say how many minutes were missed. Where nobody had said it, zero was kept, and that read as the
full time: those rows become "not known" (NULL), so that they count as little as a mark that is not there, and are asked for.
"""

import sqlalchemy as sa
from alembic import op

revision = "missed_minutes"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "attendance_mark"
OLD = {
    "missed_not_negative": "missed_minutes >= 0",
    "missed_only_when_late_or_early": "missed_minutes = 0 OR presence IN ('late', 'left_early')",
}
NEW = {
    "missed_when_late_or_early": "CASE WHEN presence IN ('late', 'left_early') "
    "THEN missed_minutes IS NULL OR missed_minutes > 0 ELSE missed_minutes IS NOT NULL AND missed_minutes = 0 END",
}


def upgrade() -> None:
    exchange(OLD, {}, nullable=True)
    op.execute(
        "UPDATE attendance_mark SET missed_minutes = NULL WHERE missed_minutes = 0 AND presence IN ('late', 'left_early')"
    )
    exchange({}, NEW, nullable=True)


def downgrade() -> None:
    exchange(NEW, {}, nullable=True)
    op.execute("UPDATE attendance_mark SET missed_minutes = 0 WHERE missed_minutes IS NULL")
    exchange({}, OLD, nullable=False)


def exchange(old: dict[str, str], new: dict[str, str], *, nullable: bool) -> None:
    with op.batch_alter_table(TABLE) as batch_op:
        for name in old:
            batch_op.drop_constraint(batch_op.f(f"ck_{TABLE}_{name}"), type_="check")
        batch_op.alter_column("missed_minutes", existing_type=sa.Integer(), nullable=nullable)
        for name, condition in new.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_{TABLE}_{name}"), sa.text(condition))
