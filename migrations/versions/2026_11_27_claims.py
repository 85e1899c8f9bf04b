"""claims

Revision ID: claims
Revises: 2026_11_27_office_note

Who waits for a seat of each kind keeps a claim on the one that is free, for as many days as the terms say. Terms that are
there already let it last as long as a seat is kept for a replacement.

SQLite cannot change a constraint: the tables are built anew there, and the triggers of the history with them.
"""

import sqlalchemy as sa
from alembic import op

revision = "claims"
down_revision = "2026_11_27_office_note"
branch_labels = None
depends_on = None


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


OLD_OBSTACLES = ("switched_off", "trainer", "prerequisites", "clash", "quota")
NEW_OBSTACLES = (*OLD_OBSTACLES, "one_seat")
OLD_VACANCIES = ("not_final", "nobody_waits", "nobody_can", "too_close", "over")
NEW_VACANCIES = ("not_final", "nobody_waits", "nobody_can", "claimed", "too_close", "over")
PARTIAL = {
    "uq_place_one_live": (
        ["person_id", "course_session_id"],
        sa.text("status IN ('nominated', 'requested', 'waiting', 'offered', 'placed')"),
    ),
    "ix_place_held_until": (["held_until"], sa.text("held_until IS NOT NULL")),
}


def upgrade() -> None:
    with places() as batch_op:
        batch_op.add_column(sa.Column("claim_until", sa.DateTime(timezone=True), nullable=True))
        exchange(batch_op, "place", "obstacle", one_of("passed_over", NEW_OBSTACLES))
    history(NEW_OBSTACLES)
    op.add_column("terms", sa.Column("claim_days", sa.Integer(), nullable=True))
    op.execute("UPDATE terms SET claim_days = hold_days")
    with op.batch_alter_table("terms") as batch_op:
        batch_op.alter_column("claim_days", existing_type=sa.Integer(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_terms_claim_days_in_range"), sa.text("claim_days BETWEEN 0 AND 90")
        )
        vacancies(batch_op, NEW_VACANCIES)


def downgrade() -> None:
    op.execute("UPDATE terms SET vacancy_in_person = 'nobody_can' WHERE vacancy_in_person = 'claimed'")
    op.execute("UPDATE terms SET vacancy_online = 'nobody_can' WHERE vacancy_online = 'claimed'")
    with op.batch_alter_table("terms") as batch_op:
        vacancies(batch_op, OLD_VACANCIES)
        batch_op.drop_constraint(batch_op.f("ck_terms_claim_days_in_range"), type_="check")
        batch_op.drop_column("claim_days")
    history(OLD_OBSTACLES)
    op.execute("UPDATE place SET passed_over = NULL WHERE passed_over = 'one_seat'")
    with places() as batch_op:
        exchange(batch_op, "place", "obstacle", one_of("passed_over", OLD_OBSTACLES))
        batch_op.drop_column("claim_until")


class places:
    """The table of places, open to changes; its partial indexes are made again afterwards."""

    def __enter__(self):
        for name in PARTIAL:
            op.drop_index(name, "place")
        self.batch = op.batch_alter_table("place")
        return self.batch.__enter__()

    def __exit__(self, *error):
        self.batch.__exit__(*error)
        for name, (columns, where) in PARTIAL.items():
            unique = name.startswith("uq_")
            op.create_index(name, "place", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def history(obstacles: tuple[str, ...]) -> None:
    """What the history may name. Its rows cannot change, so a downgrade with claims in it is refused by the check."""
    with op.batch_alter_table("place_history") as batch_op:
        exchange(batch_op, "place_history", "step_obstacle", one_of("obstacle", obstacles))
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER place_history_keeps_{verb} BEFORE {verb} ON place_history "
                "BEGIN SELECT RAISE(ABORT, 'place_history is append-only'); END"
            )


def vacancies(batch_op, known: tuple[str, ...]) -> None:
    for column in ("vacancy_in_person", "vacancy_online"):
        exchange(batch_op, "terms", column, one_of(column, known))


def exchange(batch_op, table: str, name: str, check: str) -> None:
    """Put the new check in place of the old one."""
    batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
    batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), sa.text(check))
