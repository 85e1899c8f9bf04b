"""A backup is whole, of this program and of this kind of database, or it is refused; the commands say what they did."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from tests.builders import NOW, an_officer
from tests.conftest import database_file
from trainingapp.accounts.models import AccessLink, SignIn
from trainingapp.accounts.queries.access import account_state_of, find_link
from trainingapp.accounts.queries.sign_ins import find_sign_in
from trainingapp.accounts.rules.access import AccountState
from trainingapp.accounts.services import access, sign_ins
from trainingapp.core import backup
from trainingapp.core.backup import Refused, archive, sqlite
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db, transaction
from trainingapp.core.files import StoredFile, path_of
from trainingapp.mail.models import Letter


def parts_of(made: Path) -> dict[str, bytes]:
    with ZipFile(made) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def rewrite(made: Path, parts: dict[str, bytes]) -> None:
    with ZipFile(made, "w") as changed:
        for name, data in parts.items():
            changed.writestr(name, data)


@pytest.mark.parametrize("part", ["database/office.sqlite3", "files/", "manifest.json"])
def test_damaged_backup_is_refused(made: Path, elsewhere: Flask, part: str) -> None:
    parts = parts_of(made)
    chosen = next(name for name in parts if name.startswith(part))
    rewrite(made, parts | {chosen: parts[chosen][:-20] + b"x" * 20})

    with elsewhere.app_context(), pytest.raises(Refused, match=r"damaged|no backup"):
        backup.restore(made, replace=False)

    assert not database_file(elsewhere).stat().st_size


def test_cut_off_backup_is_refused(made: Path, elsewhere: Flask) -> None:
    made.write_bytes(made.read_bytes()[:-1000])

    with elsewhere.app_context(), pytest.raises(Refused, match=r"is damaged, or no backup of an office"):
        backup.restore(made, replace=False)


def encrypt(data: bytearray, directory: int) -> None:
    data[6] = data[directory + 8] = 1


def pack_in_a_way_that_nobody_knows(data: bytearray, directory: int) -> None:
    data[8] = data[directory + 10] = 99


def break_bits(data: bytearray, directory: int) -> None:
    begin = 30 + int.from_bytes(data[26:28], "little") + int.from_bytes(data[28:30], "little")
    size = int.from_bytes(data[directory + 20 : directory + 24], "little")
    data[begin : begin + size] = b"\xff" * size


@pytest.mark.parametrize("spoil", [encrypt, pack_in_a_way_that_nobody_knows, break_bits])
def test_part_that_cannot_be_read_is_refused(made: Path, elsewhere: Flask, spoil: Callable[..., None]) -> None:
    """The first part begins at 0: flags at 6, the way of packing at 8, both again in the central directory."""
    data = bytearray(made.read_bytes())
    spoil(data, data.index(b"PK\x01\x02"))
    made.write_bytes(data)

    with elsewhere.app_context(), pytest.raises(Refused, match=r"is damaged, or no backup of an office"):
        backup.restore(made, replace=False)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"revision": "9999"}, "from a newer version of the program"),
        ({"engine": "postgresql"}, "goes back to the kind of database"),
        ({"format": 2}, "was made by another version of this program"),
        ({"parts": {}}, "does not hold what its manifest says"),
        ({"parts": []}, "is no backup of an office"),
        ({"made_at": "yesterday"}, "is no backup of an office"),
        ({"rows": {"person": "many"}}, "is no backup of an office"),
        ({"columns": None}, "is no backup of an office"),
        ({"columns": {"person": [1]}}, "is no backup of an office"),
        ({"sequences": {"person_id_seq": "1; DROP"}}, "is no backup of an office"),
        ({"lost_files": [{}]}, "is no backup of an office"),
    ],
)
def test_backup_that_does_not_fit_is_refused(
    made: Path, elsewhere: Flask, facts: dict[str, Any], sentence: str
) -> None:
    parts = parts_of(made)
    rewrite(made, parts | {"manifest.json": json.dumps(json.loads(parts["manifest.json"]) | facts).encode()})

    with elsewhere.app_context(), pytest.raises(Refused, match=sentence):
        backup.restore(made, replace=False)


@pytest.mark.only_postgresql
@pytest.mark.parametrize(
    "facts",
    [{"columns": {"room": ["id\") FROM PROGRAM 'touch {}' --"]}}, {"sequences": {"pg_class": 1}}],
)
def test_altered_backup_gives_the_server_no_orders(
    made: Path, elsewhere: Flask, tmp_path: Path, facts: dict[str, Any]
) -> None:
    """Names in the manifest go into statements; a superuser's COPY can start programs."""
    ordered = tmp_path / "ordered"
    parts = parts_of(made)
    manifest = json.loads(parts["manifest.json"])
    for kind, names in facts.items():
        manifest[kind] |= names
    rewrite(made, parts | {"manifest.json": json.dumps(manifest).replace("{}", str(ordered)).encode()})

    with elsewhere.app_context(), pytest.raises(Refused, match="does not have the columns"):
        backup.restore(made, replace=False)

    assert not ordered.exists()


def test_backup_overwrites_nothing_and_is_its_owners_only(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0

    with pytest.raises(Refused, match="is there already"):
        backup.make(made, now=NOW)

    assert sorted(path.name for path in made.parent.iterdir() if path.name.startswith("office.zip")) == ["office.zip"]


def test_backup_that_fails_leaves_nothing(office: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "verify", lambda path: (_ for _ in ()).throw(Refused("The disk lies.")))

    with pytest.raises(Refused, match=r"The disk lies\."):
        backup.make(tmp_path / "office.zip", now=NOW)

    assert list(tmp_path.glob("office.zip*")) == []


def test_lost_file_is_said_and_does_not_stop_the_backup(office: Flask, tmp_path: Path) -> None:
    lost = db.session.scalars(sa.select(StoredFile)).first()
    assert lost is not None
    path_of(lost.sha256).unlink()

    result = office.test_cli_runner().invoke(args=["backup", str(tmp_path / "office.zip")])

    assert result.exit_code == 1
    assert "Files that are gone from the disk or altered, and so not in the backup: 1." in result.output
    assert backup.verify(tmp_path / "office.zip").lost_files == [lost.sha256]


def test_key_is_not_in_the_backup(made: Path, office: Flask) -> None:
    with ZipFile(made) as whole:
        assert not [name for name in whole.namelist() if office.config["SECRET_KEY"].encode() in whole.read(name)]


def test_who_has_signed_out_since_the_backup_is_not_signed_in_by_it(
    office: Flask, elsewhere: Flask, tmp_path: Path, run: Callable[..., str]
) -> None:
    token = sign_ins.begin(an_officer().id, None, "a browser", now=utc_now())
    assert find_sign_in(token, utc_now()) is not None
    backup.make(tmp_path / "signed in.zip", now=NOW)

    with elsewhere.app_context():
        run(elsewhere, "restore", str(tmp_path / "signed in.zip"))

        assert find_sign_in(token, utc_now()) is None


@pytest.mark.both_engines
def test_link_that_was_closed_since_the_backup_is_not_opened_by_it(
    office: Flask, elsewhere: Flask, tmp_path: Path, run: Callable[..., str]
) -> None:
    invited_id, waiting_id = an_officer(password_hash=None).id, an_officer(password_hash=None).id
    link_id = access.invite(invited_id, now=utc_now())
    access.link_until(waiting_id, utc_now() + timedelta(days=30), now=utc_now())
    token = access.draw_token(link_id, now=utc_now())
    db.session.rollback()
    backup.make(tmp_path / "invited.zip", now=NOW)

    with elsewhere.app_context():
        said = run(elsewhere, "restore", str(tmp_path / "invited.zip"))

        assert find_link(token).used_at is not None
        assert db.session.scalars(sa.select(AccessLink).where(AccessLink.used_at.is_(None))).all() == []
        assert account_state_of(invited_id, utc_now()) is AccountState.WITHOUT
    assert "Personal links in letters (invitations, new passwords, offers) no longer work." in said
    assert "Links that were open when the backup was made: 2. Invite those people again" in said
    assert "When nobody can sign in, `python3 manage.py people invite E-MAIL` prints a link." in said


@pytest.mark.both_engines
def test_restore_that_is_killed_lets_nobody_in_either(
    office: Flask, elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes after the exchange may not come at all."""
    sign_in = sign_ins.begin(an_officer().id, None, "", now=utc_now())
    link = access.draw_token(access.invite(an_officer().id, now=utc_now()), now=utc_now())
    backup.make(tmp_path / "kept.zip", now=NOW)
    whole = backup.restore
    monkeypatch.setattr(backup, "restore", lambda path, **options: (whole(path, **options), 1 / 0))

    with elsewhere.app_context():
        result = elsewhere.test_cli_runner().invoke(args=["restore", str(tmp_path / "kept.zip")])

        assert isinstance(result.exception, ZeroDivisionError)
        found = find_link(link)
        assert found is not None
        assert found.used_at is not None
        assert find_sign_in(sign_in, utc_now()) is None


@pytest.mark.both_engines
def test_what_fails_last_leaves_the_office_of_before(made: Path, elsewhere: Flask) -> None:
    def last(connection: sa.Connection) -> None:
        raise Refused("No.")

    with elsewhere.app_context():
        with pytest.raises(Refused, match="No"):
            backup.restore(made, replace=False, last=last)

        assert "person" not in sa.inspect(db.engine).get_table_names()


@pytest.mark.both_engines
@pytest.mark.parametrize("revision", ["2026_11_27_office_note", "2026_11_27_sign_ins", "missed_minutes"])
def test_backup_of_an_older_version_lets_nobody_in_either(
    elsewhere: Flask, tmp_path: Path, run: Callable[..., str], revision: str
) -> None:
    with elsewhere.app_context():
        upgrade(revision=revision)
        let_somebody_in()
        run(elsewhere, "backup", str(tmp_path / "older.zip"))

        said = run(elsewhere, "restore", str(tmp_path / "older.zip"), "--replace")
        upgrade()

        assert db.session.scalars(sa.select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
        assert [link.used_at is not None for link in db.session.scalars(sa.select(AccessLink))] == [True]
    assert "The backup is from an older version: run `python3 manage.py db upgrade`." in said


def let_somebody_in() -> None:
    """An open link, and an open sign-in where that version has such rows, written as the tables were then."""
    with db.engine.begin() as connection:
        there = sa.inspect(connection).get_table_names()
        for name in ("organisation", "person", "access_link", "sign_in"):
            if name in there:
                table = sa.Table(name, sa.MetaData(), autoload_with=connection)
                connection.execute(table.insert().values(filled(table)))


def filled(table: sa.Table) -> dict[str, Any]:
    """A value for each column that must have one."""
    said = {"kind": "administration", "purpose": "invitation", "language": "en", "country": "KZ", "category": "officer"}
    later = {"expires_at": utc_now() + timedelta(days=7)}
    example = {sa.DateTime: utc_now(), sa.Integer: 1, sa.Boolean: True}
    needed = [column for column in table.columns if not column.nullable and column.server_default is None]
    plain = {
        column.name: next((value for kind, value in example.items() if isinstance(column.type, kind)), "x@example.org")
        for column in needed
    }
    return plain | {name: value for name, value in (said | later).items() if name in plain}


def test_command_says_what_comes_next(made: Path, elsewhere: Flask, run: Callable[..., str]) -> None:
    with elsewhere.app_context():
        said = run(elsewhere, "restore", str(made))
        assert f"The office is as it was on {NOW:%d %B %Y, %H:%M} UTC." in said
        assert said.endswith("→ Run `python3 manage.py doctor`, then start the office.\n")
        plain = {"recipient_id": an_officer().id, "language": "en", "subject": "Your place", "body": "…"}
        with transaction():
            db.session.add(Letter(reason="one", written_at=NOW, next_try_at=NOW, **plain))
        made = made.with_name("with letters.zip")
        run(elsewhere, "backup", str(made))

        said = run(elsewhere, "restore", str(made), "--replace")

    assert "→ Everybody signs in again. Personal links" in said
    assert "Links that were open" not in said
    assert "Letters that were waiting when the backup was made: 1." in said


@pytest.fixture
def run() -> Callable[..., str]:
    def invoke(app: Flask, *words: str) -> str:
        result = app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def test_copy_of_a_damaged_database_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 500,) for _ in range(100)])
    connection.close()
    data = bytearray(path.read_bytes())
    data[5000:9000] = b"\xff" * 4000
    path.write_bytes(data)

    connection = sqlite3.connect(path)
    with pytest.raises(Refused, match="The database is damaged"):
        sqlite.counted(connection)
    connection.close()
