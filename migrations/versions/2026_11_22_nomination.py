"""nomination

Revision ID: 0003
Revises: 0002

The states of places and of their history grow, so their check constraints change. SQLite cannot change a constraint: the
tables are built anew there, and the triggers of the history with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


OLD_STATUSES = ("requested", "waiting", "placed", "declined", "withdrawn", "cancelled", "lapsed", "incomplete")
NEW_STATUSES = ("nominated", "requested", "waiting", "offered", *OLD_STATUSES[2:])
OLD_STEPS = (
    "asked",
    "placed",
    "waitlisted",
    "promoted",
    "passed_over",
    "declined",
    "withdrawn",
    "cancelled",
    "lapsed",
    "left",
)
NEW_STEPS = (
    "nominated",
    "asked",
    "placed",
    "waitlisted",
    "reserved",
    "offered",
    "confirmed",
    "mode_changed",
    "promoted",
    "passed_over",
    "declined",
    "turned_down",
    "withdrawn",
    "offer_lapsed",
    "held",
    "replaced",
    "released",
    "cancelled",
    "lapsed",
    "left",
)
OLD_OBSTACLES = ("switched_off", "trainer", "prerequisites", "clash")
NEW_OBSTACLES = (*OLD_OBSTACLES, "quota")
OLD_WAYS = ("self", "request", "office")
NEW_WAYS = (*OLD_WAYS, "nomination")
OLD_MODES = ("in_person", "online")
NEW_MODES = (*OLD_MODES, "both")

OLD_PLACE = {
    "place_status": one_of("status", *OLD_STATUSES),
    "place_mode": one_of("mode", *OLD_MODES),
    "place_way": one_of("way", *OLD_WAYS),
    "obstacle": one_of("passed_over", *OLD_OBSTACLES),
}
NEW_PLACE = {
    "place_status": one_of("status", *NEW_STATUSES),
    "place_mode": one_of("mode", *NEW_MODES),
    "place_way": one_of("way", *NEW_WAYS),
    "obstacle": one_of("passed_over", *NEW_OBSTACLES),
    "offer_has_its_deadline": "status <> 'offered' OR offered_until IS NOT NULL",
    "held_after_its_end": "held_until IS NULL OR status IN ('withdrawn', 'lapsed')",
    "replaces_another": "replaces_id <> id",
}
OLD_HISTORY = {
    "place_step": one_of("what", *OLD_STEPS),
    "old_place_status": one_of("old_status", *OLD_STATUSES),
    "new_place_status": one_of("new_status", *OLD_STATUSES),
    "step_obstacle": one_of("obstacle", *OLD_OBSTACLES),
}
NEW_HISTORY = {
    "place_step": one_of("what", *NEW_STEPS),
    "old_place_status": one_of("old_status", *NEW_STATUSES),
    "new_place_status": one_of("new_status", *NEW_STATUSES),
    "step_mode": one_of("mode", *NEW_MODES),
    "step_obstacle": one_of("obstacle", *NEW_OBSTACLES),
}


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def exchange_checks(batch_op, table: str, old: dict[str, str], new: dict[str, str]) -> None:
    """Put the new checks in place of the old ones."""
    for name in old:
        if old[name] != new.get(name):
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
    for name in new:
        if new[name] != old.get(name):
            batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), sa.text(new[name]))


def keep_history() -> None:
    """The triggers that went with the old table."""
    if is_sqlite():
        append_only("place_history")


def append_only(table: str) -> None:
    for verb in ("update", "delete"):
        if is_sqlite():
            op.execute(
                f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {table}_keeps_{verb}() RETURNS trigger AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_keeps_{verb}()"
        )


def one_live(statuses: tuple[str, ...]) -> None:
    where = sa.text(one_of("status", *statuses))
    op.create_index(
        "uq_place_one_live",
        "place",
        ["person_id", "course_session_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


HELD = sa.text("held_until IS NOT NULL")


def upgrade() -> None:
    grow_places()
    grow_history()
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_letter_attachment_id"), "stored_file", ["attachment_id"], ["id"])
    create_tables()


def grow_places() -> None:
    op.drop_index("uq_place_one_live", "place")
    op.add_column("place", sa.Column("organisation_id", sa.Integer(), nullable=True))
    op.add_column("place", sa.Column("steps", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE place SET organisation_id = (SELECT organisation_id FROM person WHERE person.id = place.person_id), "
        "steps = (SELECT count(*) FROM place_history WHERE place_history.place_id = place.id)"
    )
    with op.batch_alter_table("place") as batch_op:
        batch_op.alter_column("organisation_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("steps", existing_type=sa.Integer(), nullable=False)
        batch_op.add_column(sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("exception", sa.Text(), nullable=True))
        exchange_checks(batch_op, "place", OLD_PLACE, NEW_PLACE)
        batch_op.create_unique_constraint(batch_op.f("uq_place_replaces_id"), ["replaces_id"])
        batch_op.create_foreign_key(batch_op.f("fk_place_replaces_id"), "place", ["replaces_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_place_organisation_id"), "organisation", ["organisation_id"], ["id"])
    op.create_index("ix_place_held_until", "place", ["held_until"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index(op.f("ix_place_organisation_id"), "place", ["organisation_id"])
    one_live(("nominated", "requested", "waiting", "offered", "placed"))


def grow_history() -> None:
    with op.batch_alter_table("place_history") as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=30), nullable=True))
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        exchange_checks(batch_op, "place_history", OLD_HISTORY, NEW_HISTORY)
    keep_history()


def create_tables() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("nominate_each", sa.Integer(), nullable=False),
        sa.Column("accept_each", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("women_percent", sa.Integer(), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_ru", sa.Text(), nullable=True),
        sa.Column("signatory_en", sa.String(length=200), nullable=True),
        sa.Column("signatory_ru", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comments_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(proposed_at IS NULL) = (comments_until IS NULL)", name=op.f("ck_call_proposal_has_its_deadline")
        ),
        sa.CheckConstraint("accept_each BETWEEN 1 AND 500", name=op.f("ck_call_accept_each_in_range")),
        sa.CheckConstraint("nominate_each BETWEEN 1 AND 500", name=op.f("ck_call_nominate_each_in_range")),
        sa.CheckConstraint("proposed_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_call_opened_before_proposed")),
        sa.CheckConstraint("remind_days BETWEEN 0 AND 60", name=op.f("ck_call_remind_days_in_range")),
        sa.CheckConstraint("women_percent BETWEEN 0 AND 100", name=op.f("ck_call_women_percent_in_range")),
        sa.ForeignKeyConstraint(["course_session_id"], ["course_session.id"], name=op.f("fk_call_course_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("course_session_id", name=op.f("uq_call_course_session_id")),
    )
    op.create_table(
        "quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("accept", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND accept", name=op.f("ck_quota_never_more_than_accepted")),
        sa.ForeignKeyConstraint(["course_session_id"], ["course_session.id"], name=op.f("fk_quota_course_session_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_quota_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
        sa.UniqueConstraint(
            "course_session_id", "organisation_id", name=op.f("uq_quota_course_session_id_organisation_id")
        ),
    )
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("offer_days", sa.Integer(), nullable=False),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.Column("cut_off_days", sa.Integer(), nullable=False),
        sa.Column("still_days", sa.Integer(), nullable=False),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "vacancy_in_person",
            sa.Enum(
                "not_final",
                "nobody_waits",
                "nobody_can",
                "too_close",
                "over",
                name="vacancy_in_person",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "vacancy_online",
            sa.Enum(
                "not_final",
                "nobody_waits",
                "nobody_can",
                "too_close",
                "over",
                name="vacancy_online",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("cut_off_days BETWEEN 0 AND 90", name=op.f("ck_terms_cut_off_days_in_range")),
        sa.CheckConstraint("hold_days BETWEEN 0 AND 90", name=op.f("ck_terms_hold_days_in_range")),
        sa.CheckConstraint("offer_days BETWEEN 1 AND 90", name=op.f("ck_terms_offer_days_in_range")),
        sa.CheckConstraint("still_days BETWEEN 0 AND 90", name=op.f("ck_terms_still_days_in_range")),
        sa.ForeignKeyConstraint(["course_session_id"], ["course_session.id"], name=op.f("fk_terms_course_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("course_session_id", name=op.f("uq_terms_course_session_id")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("nominate_own", sa.Integer(), nullable=True),
        sa.Column("accept_own", sa.Integer(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("accept_own BETWEEN 0 AND 500", name=op.f("ck_invitation_accept_own_in_range")),
        sa.CheckConstraint("nominate_own BETWEEN 1 AND 500", name=op.f("ck_invitation_nominate_own_in_range")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_invitation_call_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["stored_file.id"], name=op.f("fk_invitation_letter_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("call_id", "organisation_id", name=op.f("uq_invitation_call_id_organisation_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nominated_by_id", sa.Integer(), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.Column(
            "proposal",
            sa.Enum(
                "select", "reserve", "decline", name="proposal", native_enum=False, create_constraint=True, length=30
            ),
            nullable=True,
        ),
        sa.Column("reserve_rank", sa.Integer(), nullable=True),
        sa.Column("proposal_reason", sa.Text(), nullable=True),
        sa.Column("exception", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(proposal IS NOT NULL AND proposal = 'reserve') = (reserve_rank IS NOT NULL)",
            name=op.f("ck_nomination_reserve_has_its_rank"),
        ),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_nomination_rank_positive")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_nomination_invitation_id")),
        sa.ForeignKeyConstraint(["nominated_by_id"], ["person.id"], name=op.f("fk_nomination_nominated_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_nomination_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("place_id", name=op.f("uq_nomination_place_id")),
    )
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_invitation_id"), ["invitation_id"], unique=False)

    op.create_table(
        "selection_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_selection_comment_author_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_selection_comment_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_comment")),
    )
    with op.batch_alter_table("selection_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_selection_comment_invitation_id"), ["invitation_id"], unique=False)

    append_only("selection_comment")


def downgrade() -> None:
    """Refused by the checks where a place is in one of the states that did not exist before."""
    drop_tables()
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_letter_attachment_id"), type_="foreignkey")
        batch_op.drop_column("attachment_id")
    shrink_history()
    shrink_places()


def shrink_history() -> None:
    with op.batch_alter_table("place_history") as batch_op:
        exchange_checks(batch_op, "place_history", NEW_HISTORY, OLD_HISTORY)
        batch_op.drop_column("until")
        batch_op.drop_column("mode")
    keep_history()


def shrink_places() -> None:
    for index in ("uq_place_one_live", "ix_place_organisation_id", "ix_place_held_until"):
        op.drop_index(index, "place")
    with op.batch_alter_table("place") as batch_op:
        exchange_checks(batch_op, "place", NEW_PLACE, OLD_PLACE)
        batch_op.drop_constraint(batch_op.f("fk_place_organisation_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_place_replaces_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_place_replaces_id"), type_="unique")
        for column in ("exception", "replaces_id", "held_until", "offered_until", "steps", "organisation_id"):
            batch_op.drop_column(column)
    one_live(("requested", "waiting", "placed"))


def drop_tables() -> None:
    with op.batch_alter_table("selection_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_comment_invitation_id"))

    op.drop_table("selection_comment")
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_invitation_id"))

    op.drop_table("nomination")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id"))

    op.drop_table("invitation")
    op.drop_table("terms")
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_organisation_id"))

    op.drop_table("quota")
    op.drop_table("call")
    if not is_sqlite():
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION selection_comment_keeps_{verb}()")
