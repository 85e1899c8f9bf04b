"""first tables

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = ("place_history", "attendance_correction", "audit_entry", "audit_subject")


def triggers(table: str, dialect: str) -> list[str]:
    """What makes the database itself refuse to change or delete rows of a history."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        statement
        for verb in ("update", "delete")
        for statement in (
            f"CREATE FUNCTION {table}_keeps_{verb}() RETURNS trigger AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_keeps_{verb}()",
        )
    ]


def upgrade() -> None:
    op.create_table(
        "centre",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=True),
        sa.Column("city_en", sa.String(length=100), nullable=False),
        sa.Column("city_ru", sa.String(length=100), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("code", name=op.f("uq_centre_code")),
    )
    op.create_table(
        "certificate_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_series")),
        sa.UniqueConstraint("year", name=op.f("uq_certificate_series_year")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "administration",
                "partner",
                "office",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("note_ru", sa.Text(), nullable=True),
        sa.CheckConstraint("length(trim(name_en)) > 0", name=op.f("ck_organisation_name_en_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "throttle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("window_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_throttle")),
        sa.UniqueConstraint("key", name=op.f("uq_throttle_key")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("name_ru", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("code", name=op.f("uq_topic_code")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "distance",
                "vr",
                "practical",
                "workshop",
                name="course_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "retired",
                name="course_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "access_class",
            sa.Enum(
                "open",
                "customs",
                "invitation",
                name="access_class",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_ru", sa.String(length=200), nullable=True),
        sa.Column("summary_en", sa.String(length=500), nullable=True),
        sa.Column("summary_ru", sa.String(length=500), nullable=True),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column("description_ru", sa.Text(), nullable=True),
        sa.Column("outcomes_en", sa.Text(), nullable=True),
        sa.Column("outcomes_ru", sa.Text(), nullable=True),
        sa.Column("audience_en", sa.Text(), nullable=True),
        sa.Column("audience_ru", sa.Text(), nullable=True),
        sa.Column("admission_en", sa.Text(), nullable=True),
        sa.Column("admission_ru", sa.Text(), nullable=True),
        sa.Column("assessment_en", sa.Text(), nullable=True),
        sa.Column("assessment_ru", sa.Text(), nullable=True),
        sa.Column("competency_en", sa.String(length=200), nullable=True),
        sa.Column("competency_ru", sa.String(length=200), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "aware",
                "trained",
                "advanced",
                "expert",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("languages", sa.String(length=100), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("attendance_percent", sa.Integer(), nullable=True),
        sa.Column("result_required", sa.Boolean(), nullable=False),
        sa.Column("pass_score", sa.Integer(), nullable=True),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("followed_at_url", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column(
            "sort_key_en",
            sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort_key_ru",
            sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("attendance_percent BETWEEN 1 AND 100", name=op.f("ck_course_attendance_percent_in_range")),
        sa.CheckConstraint(
            "attendance_percent IS NOT NULL OR result_required", name=op.f("ck_course_has_a_completion_rule")
        ),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_course_duration_positive")),
        sa.CheckConstraint("length(trim(title_en)) > 0", name=op.f("ck_course_title_en_not_blank")),
        sa.CheckConstraint("pass_score BETWEEN 0 AND 100", name=op.f("ck_course_pass_score_in_range")),
        sa.CheckConstraint("validity_months > 0", name=op.f("ck_course_validity_positive")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_course_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_status"), ["status"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("patronymic", sa.String(length=100), nullable=True),
        sa.Column("given_name_latin", sa.String(length=100), nullable=False),
        sa.Column("family_name_latin", sa.String(length=100), nullable=False),
        sa.Column(
            "sex",
            sa.Enum("female", "male", name="sex", native_enum=False, create_constraint=True, length=30),
            nullable=True,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_version", sa.Integer(), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_key", sa.String(length=1000), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("language IN ('en', 'ru')", name=op.f("ck_person_language_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower_case")),
        sa.CheckConstraint("length(trim(family_name)) > 0", name=op.f("ck_person_family_name_not_blank")),
        sa.CheckConstraint("length(trim(family_name_latin)) > 0", name=op.f("ck_person_family_name_latin_not_blank")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("name_ru", sa.String(length=100), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity_positive")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_room_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "access_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "password_reset",
                name="link_purpose",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_access_link_expires_after_creation")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_access_link_created_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_event"), ["event"], unique=False)

    op.create_table(
        "course_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "confirmed",
                "running",
                "finished",
                "cancelled",
                name="session_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("enrolment_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity_in_person", sa.Integer(), nullable=False),
        sa.Column("capacity_online", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("taken_in_person", sa.Integer(), nullable=False),
        sa.Column("taken_online", sa.Integer(), nullable=False),
        sa.Column("last_queue_no", sa.Integer(), nullable=False),
        sa.Column("languages", sa.String(length=100), nullable=False),
        sa.Column("interpretation", sa.String(length=100), nullable=False),
        sa.Column("joining_url", sa.String(length=500), nullable=True),
        sa.Column("sponsor_en", sa.String(length=200), nullable=True),
        sa.Column("sponsor_ru", sa.String(length=200), nullable=True),
        sa.Column("co_organiser_en", sa.String(length=200), nullable=True),
        sa.Column("co_organiser_ru", sa.String(length=200), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("note_ru", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_course_session_cancelled_has_its_moment"),
        ),
        sa.CheckConstraint("capacity_in_person + capacity_online > 0", name=op.f("ck_course_session_has_places")),
        sa.CheckConstraint(
            "capacity_in_person = 0 OR centre_id IS NOT NULL", name=op.f("ck_course_session_in_person_needs_a_centre")
        ),
        sa.CheckConstraint(
            "capacity_in_person >= 0 AND capacity_online >= 0", name=op.f("ck_course_session_capacity_not_negative")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_course_session_ends_after_start")),
        sa.CheckConstraint(
            "minimum >= 0 AND minimum <= capacity_in_person + capacity_online",
            name=op.f("ck_course_session_minimum_in_range"),
        ),
        sa.CheckConstraint(
            "taken_in_person BETWEEN 0 AND capacity_in_person", name=op.f("ck_course_session_no_overbooking_in_person")
        ),
        sa.CheckConstraint(
            "taken_online BETWEEN 0 AND capacity_online", name=op.f("ck_course_session_no_overbooking_online")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_course_session_centre_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_session_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_session")),
        sa.UniqueConstraint("code", name=op.f("uq_course_session_code")),
    )
    with op.batch_alter_table("course_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_session_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_session_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_session_starts_on"), ["starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_session_status"), ["status"], unique=False)

    op.create_table(
        "course_topic",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_topic_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_course_topic_topic_id")),
        sa.PrimaryKeyConstraint("course_id", "topic_id", name=op.f("pk_course_topic")),
    )
    with op.batch_alter_table("course_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_topic_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "prerequisite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("required_course_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("course_id <> required_course_id", name=op.f("ck_prerequisite_not_itself")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_prerequisite_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["required_course_id"], ["course.id"], name=op.f("fk_prerequisite_required_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisite")),
        sa.UniqueConstraint(
            "course_id", "required_course_id", name=op.f("uq_prerequisite_course_id_required_course_id")
        ),
    )
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prerequisite_required_course_id"), ["required_course_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "contact_point",
                "trainer",
                "coordinator",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role IN ('officer', 'contact_point')) = (organisation_id IS NOT NULL)",
            name=op.f("ck_role_grant_organisation_where_needed"),
        ),
        sa.CheckConstraint(
            "role = 'coordinator' OR centre_id IS NULL", name=op.f("ck_role_grant_centre_for_coordinators_only")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_role_grant_centre_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["person.id"], name=op.f("fk_role_grant_granted_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_positive")),
        sa.ForeignKeyConstraint(["stored_by_id"], ["person.id"], name=op.f("fk_stored_file_stored_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "audit_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_subject_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_subject")),
    )
    with op.batch_alter_table("audit_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_subject_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_audit_subject_kind_object_id", ["kind", "object_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "attendance",
                "completion",
                name="certificate_kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("printed", sa.JSON(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replacement_reason", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "revocation_ground",
            sa.Enum(
                "error",
                "conditions",
                "misuse",
                "request",
                name="revocation_ground",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(replaced_at IS NULL) = (replacement_reason IS NULL)", name=op.f("ck_certificate_replaced_with_a_reason")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason IS NULL) AND (revoked_at IS NULL) = (revocation_ground IS NULL)",
            name=op.f("ck_certificate_revoked_with_a_reason"),
        ),
        sa.CheckConstraint(
            "issued_by_id IS NULL OR issued_by_id <> person_id", name=op.f("ck_certificate_nobody_certifies_oneself")
        ),
        sa.CheckConstraint(
            "replaced_at IS NULL OR revoked_at IS NULL", name=op.f("ck_certificate_revoked_or_replaced")
        ),
        sa.ForeignKeyConstraint(
            ["course_session_id"], ["course_session.id"], name=op.f("fk_certificate_course_session_id")
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_certificate_issued_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_certificate_serial")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_course_session_id"), ["course_session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_certificate_standing",
            ["person_id", "course_session_id", "kind"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
        )

    op.create_table(
        "completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("attended_minutes", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "attended_minutes >= 0 AND attended_minutes <= planned_minutes", name=op.f("ck_completion_minutes_in_range")
        ),
        sa.CheckConstraint("marked_by_id <> person_id", name=op.f("ck_completion_nobody_attests_oneself")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_completion_course_id")),
        sa.ForeignKeyConstraint(
            ["course_session_id"], ["course_session.id"], name=op.f("fk_completion_course_session_id")
        ),
        sa.ForeignKeyConstraint(["marked_by_id"], ["person.id"], name=op.f("fk_completion_marked_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_completion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
    )
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completion_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_completion_course_session_id"), ["course_session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_completion_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_completion_standing",
            ["person_id", "course_session_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "component_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("passed", "failed", "repeat", name="outcome", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("achieved_on", sa.Date(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_component_result_attempt_positive")),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_component_result_nobody_attests_oneself")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_component_result_score_in_range")),
        sa.ForeignKeyConstraint(
            ["course_session_id"], ["course_session.id"], name=op.f("fk_component_result_course_session_id")
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_component_result_evidence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_component_result_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_component_result_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_component_result")),
    )
    with op.batch_alter_table("component_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_component_result_course_session_id"), ["course_session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_component_result_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_component_result_current",
            ["person_id", "course_session_id", "attempt"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=True),
        sa.Column("access_link_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column(
            "failure",
            sa.Enum(
                "unreachable",
                "not_admitted",
                "address",
                "refused",
                "link_over",
                name="letter_failure",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('en', 'ru')", name=op.f("ck_letter_language_known")),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name=op.f("ck_letter_sent_or_given_up")),
        sa.ForeignKeyConstraint(["access_link_id"], ["access_link.id"], name=op.f("fk_letter_access_link_id")),
        sa.ForeignKeyConstraint(["course_session_id"], ["course_session.id"], name=op.f("fk_letter_course_session_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["person.id"], name=op.f("fk_letter_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("recipient_id", "reason", name=op.f("uq_letter_recipient_id_reason")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_course_session_id"), ["course_session_id"], unique=False)
        batch_op.create_index(
            "ix_letter_due",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL AND next_try_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL AND next_try_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_letter_written_at"), ["written_at"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person",
                "online",
                "hybrid",
                name="meeting_mode",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("title_ru", sa.String(length=200), nullable=True),
        sa.CheckConstraint("mode = 'online' OR room_id IS NOT NULL", name=op.f("ck_meeting_in_person_needs_a_room")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["course_session_id"], ["course_session.id"], name=op.f("fk_meeting_course_session_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_meeting_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_course_session_id"), ["course_session_id"], unique=False)
        batch_op.create_index("ix_meeting_room_id_starts_at", ["room_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "waiting",
                "placed",
                "declined",
                "withdrawn",
                "cancelled",
                "lapsed",
                "incomplete",
                name="place_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum("in_person", "online", name="place_mode", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "self", "request", "office", name="place_way", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("queue_no", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "passed_over",
            sa.Enum(
                "switched_off",
                "trainer",
                "prerequisites",
                "clash",
                name="obstacle",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["course_session_id"], ["course_session.id"], name=op.f("fk_place_course_session_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_place_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("course_session_id", "queue_no", name=op.f("uq_place_course_session_id_queue_no")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_course_session_id"), ["course_session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_place_one_live",
            ["person_id", "course_session_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('requested', 'waiting', 'placed')"),
            postgresql_where=sa.text("status IN ('requested', 'waiting', 'placed')"),
        )

    op.create_table(
        "session_trainer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_session_id"],
            ["course_session.id"],
            name=op.f("fk_session_trainer_course_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_trainer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_trainer")),
        sa.UniqueConstraint(
            "course_session_id", "person_id", name=op.f("uq_session_trainer_course_session_id_person_id")
        ),
    )
    with op.batch_alter_table("session_trainer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_trainer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attendance_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "present",
                "online",
                "late",
                "left_early",
                "excused",
                "absent",
                "not_recorded",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("missed_minutes", sa.Integer(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "missed_minutes = 0 OR presence IN ('late', 'left_early')",
            name=op.f("ck_attendance_mark_missed_only_when_late_or_early"),
        ),
        sa.CheckConstraint("missed_minutes >= 0", name=op.f("ck_attendance_mark_missed_not_negative")),
        sa.CheckConstraint("recorded_by_id <> person_id", name=op.f("ck_attendance_mark_nobody_attests_oneself")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_mark_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_mark_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_attendance_mark_place_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_attendance_mark_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_mark")),
        sa.UniqueConstraint("meeting_id", "place_id", name=op.f("uq_attendance_mark_meeting_id_place_id")),
    )
    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_mark_place_id"), ["place_id"], unique=False)

    op.create_table(
        "place_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "what",
            sa.Enum(
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
                name="place_step",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "old_status",
            sa.Enum(
                "requested",
                "waiting",
                "placed",
                "declined",
                "withdrawn",
                "cancelled",
                "lapsed",
                "incomplete",
                name="old_place_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "new_status",
            sa.Enum(
                "requested",
                "waiting",
                "placed",
                "declined",
                "withdrawn",
                "cancelled",
                "lapsed",
                "incomplete",
                name="new_place_status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "obstacle",
            sa.Enum(
                "switched_off",
                "trainer",
                "prerequisites",
                "clash",
                name="step_obstacle",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_place_history_actor_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_history_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_history")),
        sa.UniqueConstraint("place_id", "step", name=op.f("uq_place_history_place_id_step")),
    )
    op.create_table(
        "sheet_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_sheet_scan_file_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_sheet_scan_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_scan")),
    )
    with op.batch_alter_table("sheet_scan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_scan_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "attendance_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column(
            "old_presence",
            sa.Enum(
                "present",
                "online",
                "late",
                "left_early",
                "excused",
                "absent",
                "not_recorded",
                name="old_presence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("old_missed_minutes", sa.Integer(), nullable=False),
        sa.Column(
            "new_presence",
            sa.Enum(
                "present",
                "online",
                "late",
                "left_early",
                "excused",
                "absent",
                "not_recorded",
                name="new_presence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("new_missed_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_attendance_correction_reason_not_blank")),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["person.id"], name=op.f("fk_attendance_correction_corrected_by_id")
        ),
        sa.ForeignKeyConstraint(["mark_id"], ["attendance_mark.id"], name=op.f("fk_attendance_correction_mark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_correction")),
    )
    with op.batch_alter_table("attendance_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_correction_mark_id"), ["mark_id"], unique=False)

    op.create_index(
        "uq_role_grant_once",
        "role_grant",
        ["person_id", "role", sa.text("coalesce(organisation_id, 0)"), sa.text("coalesce(centre_id, 0)")],
        unique=True,
    )
    for table in APPEND_ONLY:
        for statement in triggers(table, op.get_bind().dialect.name):
            op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_index("uq_role_grant_once", table_name="role_grant")
    with op.batch_alter_table("attendance_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_correction_mark_id"))

    op.drop_table("attendance_correction")
    with op.batch_alter_table("sheet_scan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_scan_meeting_id"))

    op.drop_table("sheet_scan")
    op.drop_table("place_history")
    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_mark_place_id"))

    op.drop_table("attendance_mark")
    with op.batch_alter_table("session_trainer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_trainer_person_id"))

    op.drop_table("session_trainer")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_place_one_live",
            sqlite_where=sa.text("status IN ('requested', 'waiting', 'placed')"),
            postgresql_where=sa.text("status IN ('requested', 'waiting', 'placed')"),
        )
        batch_op.drop_index(batch_op.f("ix_place_status"))
        batch_op.drop_index(batch_op.f("ix_place_person_id"))
        batch_op.drop_index(batch_op.f("ix_place_course_session_id"))

    op.drop_table("place")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_starts_at"))
        batch_op.drop_index("ix_meeting_room_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_meeting_course_session_id"))

    op.drop_table("meeting")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_written_at"))
        batch_op.drop_index(
            "ix_letter_due",
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL AND next_try_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL AND next_try_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_letter_course_session_id"))

    op.drop_table("letter")
    with op.batch_alter_table("component_result", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_component_result_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_component_result_person_id"))
        batch_op.drop_index(batch_op.f("ix_component_result_course_session_id"))

    op.drop_table("component_result")
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_completion_standing",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_completion_person_id"))
        batch_op.drop_index(batch_op.f("ix_completion_course_session_id"))
        batch_op.drop_index(batch_op.f("ix_completion_course_id"))

    op.drop_table("completion")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificate_standing",
            sqlite_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_certificate_person_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_course_session_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("audit_subject", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject_kind_object_id")
        batch_op.drop_index(batch_op.f("ix_audit_subject_entry_id"))

    op.drop_table("audit_subject")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_sha256"))

    op.drop_table("stored_file")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_organisation_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prerequisite_required_course_id"))

    op.drop_table("prerequisite")
    with op.batch_alter_table("course_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_topic_topic_id"))

    op.drop_table("course_topic")
    with op.batch_alter_table("course_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_session_status"))
        batch_op.drop_index(batch_op.f("ix_course_session_starts_on"))
        batch_op.drop_index(batch_op.f("ix_course_session_course_id"))
        batch_op.drop_index(batch_op.f("ix_course_session_centre_id"))

    op.drop_table("course_session")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_event"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor_id"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_link_person_id"))

    op.drop_table("access_link")
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_centre_id"))

    op.drop_table("room")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_sort_key"))
        batch_op.drop_index(batch_op.f("ix_person_organisation_id"))

    op.drop_table("person")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_status"))
        batch_op.drop_index(batch_op.f("ix_course_kind"))
        batch_op.drop_index(batch_op.f("ix_course_centre_id"))

    op.drop_table("course")
    op.drop_table("topic")
    op.drop_table("throttle")
    op.drop_table("organisation")
    op.drop_table("certificate_series")
    op.drop_table("centre")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(sa.text(f"DROP FUNCTION {table}_keeps_{verb}()"))
