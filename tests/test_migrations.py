"""The migrations lead to the same database as the models, on both engines, and back to nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.engine import Engine

import config
from tests import postgres
from tests.builders import NOW
from trainingapp.app import create_app
from trainingapp.core.db import Base, db
from trainingapp.core.text import sort_key
from trainingapp.scheduling.models import CourseSession

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
APPEND_ONLY = {"attendance_correction", "audit_entry", "audit_subject", "place_history", "selection_comment"}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
INDEXES = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
EXPRESSIONS_UNREAD = pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite's are read as text
ORGANISATION = sa.table("organisation", *map(sa.column, ("code", "kind", "name_en", "name_ru", "note_en", "note_ru")))
Office = Callable[[str], Flask]


@pytest.fixture(scope="module")
def office(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """``office("one")``: an application on an empty database of that name."""
    folder = tmp_path_factory.mktemp("offices")
    made: list[Flask] = []

    def make(name: str) -> Flask:
        settings = {"DATA_DIR": str(folder / name)}
        if engine_name == "postgresql":
            worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
            url = request.getfixturevalue("postgres_url")
            settings["DATABASE_URL"] = postgres.create_database(url, f"{name}_{worker}")
        made.append(create_app(config.Testing(settings)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def migrated(office: Office) -> Flask:
    """A database that all migrations have made, to look at."""
    app = office("migrated")
    with app.app_context():
        upgrade()
    return app


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_models_and_migrations_agree(migrated: Flask) -> None:
    with migrated.app_context(), db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_migrated_database_is_the_one_that_the_tests_use(migrated: Flask, office: Office) -> None:
    with migrated.app_context():
        found = schema(db.engine)
    with office("made").app_context():
        Base.metadata.create_all(db.engine)
        made = schema(db.engine)

    assert found.keys() == made.keys()
    for table, facts in made.items():
        assert found[table] == facts, table


@pytest.mark.both_engines
def test_migrated_histories_refuse_changes(migrated: Flask) -> None:
    with migrated.app_context():
        found = triggers(db.engine)

    assert {name for name in found if name.endswith("_keeps_update")} == {f"{n}_keeps_update" for n in APPEND_ONLY}
    assert {name for name in found if name.endswith("_keeps_delete")} == {f"{n}_keeps_delete" for n in APPEND_ONLY}
    assert {name for name in found if name.startswith("certificate_")} == {
        "certificate_is_frozen",
        "certificate_is_kept",
    }


@pytest.mark.both_engines
def test_downgrade_leaves_nothing(office: Office) -> None:
    with office("undone").app_context():
        upgrade()
        downgrade(revision="base")

        tables, left = sa.inspect(db.engine).get_table_names(), triggers(db.engine)
        functions = names(db.engine, FUNCTIONS) if db.engine.dialect.name == "postgresql" else set()

    assert tables == ["alembic_version"]
    assert left == functions == set()


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_places_from_before_nominations_keep_their_rows_and_learn_their_administration(office: Office) -> None:
    with office("grown").app_context():
        upgrade(revision="0002")
        insert(*OLD_ROWS)

        upgrade()

        with db.engine.connect() as connection:
            place = connection.execute(sa.text("SELECT id, status, organisation_id, steps FROM place")).one()
            steps = connection.execute(sa.text("SELECT place_id, what, mode FROM place_history")).all()
    assert place == (1, "placed", 1, 1)
    assert steps == [(1, "placed", None)]


OLD_ROWS: list[tuple[str, dict[str, Any]]] = [
    ("organisation", {"kind": "administration"}),
    ("person", {"language": "en", "organisation_id": 1}),
    ("course", {"kind": "vr", "status": "published", "access_class": "open", "duration_minutes": 60}),
    ("course_session", {"status": "open", "taken_in_person": 0, "capacity_in_person": 0, "time_zone": "Asia/Baku"}),
    ("place", {"status": "placed", "mode": "online", "way": "self", "person_id": 1, "course_session_id": 1}),
    ("place_history", {"place_id": 1, "what": "placed", "new_status": "placed"}),
]


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_marks_without_their_minutes_become_not_known_rather_than_full_time(office: Office) -> None:
    with office("late").app_context():
        upgrade(revision="0003")
        insert(*OLD_PEOPLE, *(row for number, mark in OLD_MARKS.items() for row in marked_row(number, *mark)))

        upgrade()

        with db.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT id, presence, missed_minutes FROM attendance_mark ORDER BY id"))
            assert found.all() == [(1, "late", None), (2, "left_early", 20), (3, "present", 0)]
        downgrade(revision="0003")


OLD_PEOPLE: list[tuple[str, dict[str, Any]]] = [
    ("organisation", {"kind": "administration"}),
    ("person", {"language": "en", "organisation_id": 1}),
    ("person", {"id": 2, "language": "en", "organisation_id": 1, "email": "y", "sort_key": "y"}),
    ("course", {"kind": "vr", "status": "published", "access_class": "open", "duration_minutes": 60}),
    ("course_session", {"status": "open", "taken_in_person": 0, "capacity_in_person": 0, "time_zone": "Asia/Baku"}),
    ("place", {"status": "placed", "mode": "online", "way": "self", "person_id": 1, "course_session_id": 1}),
]
OLD_MARKS = {1: ("late", 0), 2: ("left_early", 20), 3: ("present", 0)}


def marked_row(number: int, presence: str, minutes: int) -> list[tuple[str, dict[str, Any]]]:
    """A meeting, and what is recorded of the first person there."""
    mark = {"presence": presence, "missed_minutes": minutes, "recorded_by_id": 2}
    return [
        ("meeting", {"id": number, "ends_at": NOW + timedelta(hours=1), "mode": "online"}),
        ("attendance_mark", {"id": number, "meeting_id": number, **mark}),
    ]


def insert(*rows: tuple[str, dict[str, Any]]) -> None:
    """Rows for the tables as they are in the database, with something for every other column that needs a value."""
    with db.engine.begin() as connection:
        known = sa.MetaData()
        known.reflect(connection)
        for table, values in rows:
            connection.execute(known.tables[table].insert(), plain_row(known.tables[table]) | values)


def plain_row(table: sa.Table) -> dict[str, Any]:
    """Something for every column that needs a value."""
    kinds: dict[type, Any] = {bool: True, int: 1, str: "x", datetime: NOW, date: NOW.date()}
    return {column.name: kinds[column.type.python_type] for column in table.columns if not column.nullable} | {"id": 1}


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_keys_from_before_are_made_anew(office: Office) -> None:
    with office("keyed").app_context():
        upgrade(revision="0003")
        with db.engine.begin() as connection:
            old = sa.MetaData()
            old.reflect(connection)
            kept = {
                "organisation": {"kind": "administration"},
                "person": {
                    "language": "en", "organisation_id": 1, "family_name": "Өмүрбеков", "given_name": "Ә",
                    "search_key": "өмүрбеков ә", "sort_key": "өмүрбеков ә",
                },
                "course": {"kind": "vr", "status": "published", "access_class": "open", "title_ru": "Өрт"},
            }  # fmt: skip
            for table, values in kept.items():
                connection.execute(old.tables[table].insert(), plain_row(old.tables[table]) | values)

        upgrade()

        with db.engine.connect() as connection:
            found = connection.scalar(sa.text("SELECT search_key FROM person"))
            place = connection.scalar(sa.text("SELECT sort_key_ru FROM course"))
    assert found == "омурбеков а"
    assert place == sort_key("Өрт")


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_names_from_before_get_the_sign_of_their_footnote(office: Office) -> None:
    with office("noted").app_context():
        upgrade(revision="russian_names")
        rows = [
            ("Kosovo", "Косово", "* See …", None),
            ("Union", None, "* The union.", ""),
            ("Georgia", "Грузия", "", "x"),
        ]
        with db.engine.begin() as connection:
            for number, row in enumerate(rows):
                values = dict(zip(("name_en", "name_ru", "note_en", "note_ru"), row, strict=True))
                connection.execute(ORGANISATION.insert(), {"kind": "partner", "code": f"O{number}", **values})

        upgrade()

        with db.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT name_en, name_ru FROM organisation ORDER BY id")).all()
    assert found == [("Kosovo*", "Косово*"), ("Union*", None), ("Georgia", "Грузия")]


@pytest.mark.both_engines
@EXPRESSIONS_UNREAD
def test_deadlines_beyond_the_beginning_are_set_to_it(office: Office) -> None:
    days = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30), "time_zone": "Asia/Baku"}
    late, early = datetime(2026, 6, 29, 14, tzinfo=UTC), datetime(2026, 5, 25, 14, tzinfo=UTC)
    first = datetime(2026, 6, 1, 11, tzinfo=UTC)
    states = (("open", late), ("open", early), ("confirmed", late), ("finished", late))
    with office("deadlines").app_context():
        upgrade(revision="signs")
        places = {"capacity_in_person": 0, "taken_in_person": 0, **days}
        for number, (status, closes) in enumerate(states, 1):
            row = {**places, "id": number, "code": f"S-{number}", "status": status, "enrolment_closes_at": closes}
            insert(*(OLD_ROWS[:3] if number == 1 else ()), ("course_session", row))
        meeting = {"course_session_id": 3, "mode": "online", "starts_at": first, "ends_at": first + timedelta(hours=3)}
        insert(("meeting", meeting))

        upgrade()

        rows = sa.select(CourseSession.enrolment_closes_at).order_by(CourseSession.id)
        found = db.session.scalars(rows).all()
    assert found == [datetime(2026, 5, 31, 20, tzinfo=UTC), early, first, late]


def test_migrations_have_one_head() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def names(engine: Engine, question: str) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(sa.text(question)))


def triggers(engine: Engine) -> set[str]:
    return names(engine, TRIGGERS[engine.dialect.name])


def schema(engine: Engine) -> dict[str, dict[str, Any]]:
    """Every fact that the database holds about our tables."""
    inspector = sa.inspect(engine)
    written = names(engine, INDEXES) if engine.dialect.name == "sqlite" else set()
    return {
        table: {
            "columns": facts({c["name"]: (c["type"], c["nullable"]) for c in inspector.get_columns(table)}),
            "keys": facts(inspector.get_pk_constraint(table)),
            "references": facts(sorted_by_name(inspector.get_foreign_keys(table))),
            "unique": facts(sorted_by_name(inspector.get_unique_constraints(table))),
            "checks": facts(sorted_by_name(inspector.get_check_constraints(table))),
            "indexes": facts(sorted_by_name(inspector.get_indexes(table))),
            "written indexes": {sql for sql in written if f" {table} " in sql.replace('"', "")},
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def sorted_by_name(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda each: str(each["name"]))


def facts(found: Any) -> Any:
    """The same in plain values: types and conditions as text in one line."""
    if isinstance(found, dict):
        return {key: facts(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [facts(value) for value in found]
    return found if isinstance(found, bool | None) else " ".join(str(found).split())
