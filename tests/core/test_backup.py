"""The drill: a backup of a busy office, put back in an empty place, is a whole office; and nothing but a whole one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import stamp, upgrade
from sqlalchemy.exc import DBAPIError

from tests.builders import NOW, a_room, an_officer
from tests.conftest import database_file
from trainingapp.accounts.models import Person
from trainingapp.core import backup, occupancy
from trainingapp.core.backup import Refused, archive, restoring, sqlite
from trainingapp.core.db import Base, checkpoint, db, locked, transaction
from trainingapp.core.files import StoredFile, keep, read
from trainingapp.enrolment.models import Place, PlaceHistory
from trainingapp.scheduling.models import CourseSession, Room

Rows = dict[str, list[tuple[Any, ...]]]


def everything() -> Rows:
    """Every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.both_engines
def test_office_that_is_put_back_is_the_same(made: Path, elsewhere: Flask) -> None:
    before = everything()

    with elsewhere.app_context():
        backup.restore(made, replace=False)

        assert everything() == before
        assert len(before["place"]) == 3
        assert [read(stored) for stored in db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id))] == [
            b"%PDF-1.7 A",
            b"%PDF-1.7 B",
            b"%PDF-1.7 C",
        ]


@pytest.mark.both_engines
def test_office_that_is_put_back_goes_on(made: Path, elsewhere: Flask) -> None:
    last = db.session.scalar(sa.select(sa.func.max(Person.id)))
    with elsewhere.app_context():
        backup.restore(made, replace=False)

        assert an_officer().id == last + 1
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            db.session.execute(sa.delete(PlaceHistory))


@pytest.mark.both_engines
def test_backup_of_a_busy_office_is_of_one_moment(office: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    """Two rooms always grow together, and a file is on the disk before its row."""
    rooms = [a_room(capacity=1).id, a_room(capacity=1).id]
    done = threading.Event()

    def work(number: int) -> None:
        with office.app_context():
            while not done.is_set():
                with transaction():
                    for room_id in rooms:
                        locked(Room, room_id).capacity += 1
                    keep(f"%PDF-1.7 {number} {locked(Room, rooms[0]).capacity}".encode(), "x.pdf", by=None, now=NOW)
            db.session.remove()

    writers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    db.session.rollback()
    for writer in writers:
        writer.start()
    try:
        backup.make(tmp_path / "busy.zip", now=NOW)
        between = capacities()
        backup.make(tmp_path / "later.zip", now=NOW)
    finally:
        done.set()
        for writer in writers:
            writer.join(timeout=60)

    with elsewhere.app_context():
        for name in ("busy.zip", "later.zip"):
            manifest = backup.restore(tmp_path / name, replace=True)

            first, second = capacities()[-2:]
            assert first == second
            assert manifest.lost_files == []
            assert len(manifest.files) == first - 1 + 3
            for stored in db.session.scalars(sa.select(StoredFile)):
                read(stored)
        assert capacities()[-1] >= between[-1] > 1, "nobody worked meanwhile"


def capacities() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Room.capacity).order_by(Room.id)))


@pytest.mark.both_engines
def test_counters_still_agree_with_the_places(made: Path, elsewhere: Flask) -> None:
    with elsewhere.app_context():
        backup.restore(made, replace=False)

        course_session = db.session.scalars(sa.select(CourseSession)).one()
        placed = db.session.scalars(sa.select(Place).where(Place.status == "placed")).all()
        assert course_session.taken_in_person == len(placed) == 2


@pytest.mark.both_engines
def test_office_is_never_overwritten_unasked(made: Path, elsewhere: Flask) -> None:
    with elsewhere.app_context():
        upgrade()
        an_officer(email="here@example.org")
        before = everything()

        with pytest.raises(Refused, match="There is an office in this database already"):
            backup.restore(made, replace=False)

        assert everything() == before
        backup.restore(made, replace=True)
        assert "here@example.org" not in set(db.session.scalars(sa.select(Person.email)))


@pytest.mark.both_engines
def test_backup_is_put_back_in_migrated_tables_without_asking(made: Path, elsewhere: Flask) -> None:
    before = everything()
    with elsewhere.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()

        backup.restore(made, replace=False)

        assert everything() == before


@pytest.mark.both_engines
@pytest.mark.parametrize("step", ["rows", "columns", "sequences"])
def test_restore_that_fails_half_way_leaves_the_office_of_before(
    made: Path, elsewhere: Flask, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def break_off(reader: archive.Reader, name: str) -> Iterator[bytes]:
        whole = b"".join(blocks(reader, name))
        yield whole[: len(whole) // 2]
        raise OSError("the power went")

    blocks = archive.Reader.blocks
    with elsewhere.app_context():
        upgrade()
        an_officer(email="here@example.org")
        before = everything()
        monkeypatch.setattr(restoring, "put_back_files", lambda reader: None)
        if step == "rows":
            monkeypatch.setattr(archive, "check_part", lambda *_: None)
            monkeypatch.setattr(archive.Reader, "blocks", break_off)
        else:
            monkeypatch.setattr(archive, "sync_folder", lambda *_: None)
            spoil(made, step)

        with pytest.raises((OSError, Refused, DBAPIError)):
            backup.restore(made, replace=True)

        assert everything() == before


def spoil(path: Path, step: str) -> None:
    """Let the manifest say something that the database will not take."""
    with ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    facts = json.loads(parts[archive.MANIFEST])
    facts["rows"]["person"] += 1
    if step == "columns":
        facts["columns"]["person"] = ["id", "nothing"]
    else:
        facts["sequences"]["no_such_sequence"] = 5
    parts[archive.MANIFEST] = json.dumps(facts).encode()
    with ZipFile(path, "w") as spoilt:
        for name, data in parts.items():
            spoilt.writestr(name, data)


def test_old_log_is_not_laid_over_the_restored_file(made: Path, app: Flask) -> None:
    """What a plain copy of the file did: SQLite put the pages of the old -wal over it."""
    before = everything()
    an_officer(email="later@example.org")
    log = Path(f"{database_file(app)}-wal")
    old_log = log.read_bytes()
    assert old_log, "there is nothing that could be laid over"
    db.session.remove()

    backup.restore(made, replace=True)

    assert everything() == before
    db.session.remove()
    db.engine.dispose()


@pytest.mark.parametrize("broken_at", ["empty_log_of", "replace"])
def test_power_cut_around_the_exchange_leaves_one_whole_office(
    made: Path, app: Flask, monkeypatch: pytest.MonkeyPatch, broken_at: str
) -> None:
    an_officer(email="later@example.org")
    before = everything()

    def power_cut(*_args: Any) -> None:
        raise KeyboardInterrupt

    target = (sqlite, "empty_log_of") if broken_at == "empty_log_of" else (Path, "replace")
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "write_synced", lambda path, data: path.write_bytes(b"".join(data)))
        patch.setattr(restoring, "put_back_files", lambda reader: None)
        patch.setattr(*target, power_cut)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(made, replace=True)

    assert everything() == before
    db.session.remove()
    backup.restore(made, replace=True)
    assert "later@example.org" not in set(db.session.scalars(sa.select(Person.email)))


def test_damaged_database_is_replaced(made: Path, app: Flask) -> None:
    before = everything()
    db.session.remove()
    db.engine.dispose()
    database_file(app).write_bytes(b"not a database at all" * 500)
    Path(f"{database_file(app)}-wal").write_bytes(b"nor this a log" * 500)

    with pytest.raises(Refused, match="There is an office in this database already"):
        backup.restore(made, replace=False)
    backup.restore(made, replace=True)

    assert everything() == before


def test_nothing_is_exchanged_while_the_office_is_served(made: Path, app: Flask) -> None:
    with (
        occupancy.in_use(Path(app.config["DATA_DIR"])),
        pytest.raises(occupancy.Occupied, match="The office is running"),
    ):
        backup.restore(made, replace=True)


def test_office_does_not_start_while_it_is_exchanged(app: Flask) -> None:
    folder = Path(app.config["DATA_DIR"])

    with occupancy.alone(folder), pytest.raises(occupancy.Occupied, match="being put back"), occupancy.in_use(folder):
        pass


@pytest.mark.both_engines
def test_nothing_is_exchanged_while_somebody_is_connected(made: Path, elsewhere: Flask) -> None:
    with elsewhere.app_context():
        upgrade()
        other = sa.create_engine(elsewhere.config["SQLALCHEMY_DATABASE_URI"])
        with other.connect() as connection:
            connection.execute(sa.text("SELECT * FROM person"))

            with pytest.raises(Refused, match=r"Somebody is connected to this database|The database is in use"):
                backup.restore(made, replace=True)
        other.dispose()


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_commands_that_serve_say_that_a_backup_is_being_put_back(app: Flask, command: str) -> None:
    stamp()
    with occupancy.alone(Path(app.config["DATA_DIR"])):
        result = app.test_cli_runner().invoke(args=[command])

    assert result.exit_code == 1
    assert "A backup is being put back here just now." in result.output


def test_stopped_office_is_one_file(app: Flask) -> None:
    an_officer()
    db.session.remove()
    log = Path(f"{database_file(app)}-wal")
    assert log.stat().st_size

    checkpoint()

    assert not log.stat().st_size
