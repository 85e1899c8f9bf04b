"""indexes of places

Revision ID: indexes_of_places
Revises: 2026_11_27_sign_ins

Whether people have another place at the same time is asked inside decisions, and how many seats an administration has by
the self-check: both read the index alone now, however many places there are.
"""

from alembic import op

revision = "indexes_of_places"
down_revision = "2026_11_27_sign_ins"
branch_labels = None
depends_on = None

OLD = {"ix_place_course_session_id": ["course_session_id"], "ix_place_person_id": ["person_id"]}
NEW = {
    "ix_place_course_session_id_organisation_id_status": ["course_session_id", "organisation_id", "status"],
    "ix_place_person_id_course_session_id": ["person_id", "course_session_id"],
}


def upgrade() -> None:
    exchange(OLD, NEW)


def downgrade() -> None:
    exchange(NEW, OLD)


def exchange(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(name, "place")
    for name, columns in new.items():
        op.create_index(name, "place", columns)
