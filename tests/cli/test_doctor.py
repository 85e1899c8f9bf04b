"""`flask doctor` names what is wrong and what to do, and fails only where the office is ill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import stamp

from tests.builders import NOW, a_call, a_course, a_nomination, a_session, an_invitation, an_officer, an_organisation
from trainingapp.accounts.models import Organisation
from trainingapp.cli import doctor
from trainingapp.core.clock import standing_at
from trainingapp.core.db import db, transaction
from trainingapp.core.demonstration import mark_as_demonstration
from trainingapp.core.files import StoredFile, keep
from trainingapp.core.heartbeat import SILENT_AFTER, Work, beat, this_host
from trainingapp.core.proxies import SAID
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Quota
from trainingapp.mail.models import Failure, Letter
from trainingapp.nomination.models import Invitation
from trainingapp.scheduling.models import CourseSession

Examine = Callable[[], dict[str, doctor.Finding]]


@pytest.fixture
def well(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An office in which there is nothing to complain of."""
    monkeypatch.setitem(app.config, "SECRET_KEY", "k" * 64)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://training.example.org")
    monkeypatch.setitem(app.config, "OFFICE_EMAIL", "office@example.org")
    stamp()
    return app


def findings() -> dict[str, doctor.Finding]:
    db.session.rollback()
    return {finding.name: finding for finding in doctor.examine()}


def test_office_that_is_well_passes(well: Flask) -> None:
    result = well.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 0, result.output
    assert {finding.level for finding in findings().values()} == {doctor.Level.OK, doctor.Level.INFO}
    assert findings()["mail"].level is doctor.Level.INFO


def test_error_ends_with_1_and_says_what_to_do(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(well.config, "SECRET_KEY", "short")

    result = well.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "error    key" in result.output
    assert "→ Set SECRET_KEY" in result.output


@pytest.mark.parametrize(
    ("url", "level"),
    [("http://127.0.0.1:8000", doctor.Level.INFO), ("http://training.example.org", doctor.Level.WARNING)],
)
def test_address_that_is_not_for_real_use_is_named(
    well: Flask, monkeypatch: pytest.MonkeyPatch, url: str, level: doctor.Level
) -> None:
    monkeypatch.setitem(well.config, "PUBLIC_URL", url)

    assert findings()["address"].level is level


def test_office_that_nobody_can_reach_is_named(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings()["contact"].text == "People are told to ask office@example.org."

    monkeypatch.setitem(well.config, "OFFICE_EMAIL", "")

    assert findings()["contact"].level is doctor.Level.WARNING
    assert findings()["contact"].hint.startswith("Set OFFICE_EMAIL")


def test_tables_without_migrations_are_an_error_and_end_the_examination(app: Flask) -> None:
    found = findings()

    assert found["migrations"].level is doctor.Level.ERROR
    assert "flask db upgrade" in found["migrations"].hint
    assert "seats" not in found


def test_database_out_of_reach_is_an_error_without_a_trace(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = sa.create_engine("sqlite:////nowhere/at/all.sqlite3")
    monkeypatch.setattr(type(db), "engine", property(lambda _self: nowhere))

    found = doctor.check_database()

    assert found.level is doctor.Level.ERROR
    assert "unable to open database file" in found.text


def test_mail_server_that_does_not_answer_is_an_error(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(well.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setitem(well.config, "MAIL_PORT", 9)

    assert findings()["mail"].level is doctor.Level.ERROR


def test_letters_given_up_or_late_are_counted(well: Flask) -> None:
    recipient_id = an_officer().id
    plain = {"recipient_id": recipient_id, "language": "en", "subject": "Your place", "body": "…", "written_at": NOW}
    with transaction():
        db.session.add(Letter(reason="one", given_up_at=NOW, **plain))
        db.session.add(Letter(reason="two", next_try_at=NOW, **plain))
        only_facts = {**plain, "subject": None, "body": None, "kind": "placed", "facts": {}}
        db.session.add(Letter(reason="three", next_try_at=NOW, **only_facts))
        db.session.add(Letter(reason="four", next_try_at=None, **only_facts))  # also without a mail server
        no_words = {"failure": Failure.NO_WORDS, "tries": 3, "next_try_at": NOW}
        db.session.add(Letter(reason="five", **no_words, **only_facts))

    found = findings()

    assert found["letters.failed"].text.endswith(": 1.")
    assert found["letters.late"].text.endswith(": 3.")
    assert found["letters.wordless"].text.endswith(": 1.")
    assert found["letters.wordless"].level is doctor.Level.WARNING
    assert found["letters.failed"].level is found["letters.late"].level is doctor.Level.WARNING


def test_process_that_fell_silent_is_an_error_that_says_where(well: Flask) -> None:
    with standing_at(NOW):
        beat(Work.MAIL)
        beat(Work.JOBS)

    with standing_at(NOW + SILENT_AFTER):
        beat(Work.JOBS)
        found = findings()

    assert found["worker.jobs"].level is doctor.Level.OK
    assert found["worker.mail"].level is doctor.Level.ERROR
    assert f"on {this_host()} since {NOW:%Y-%m-%d %H:%M} UTC" in found["worker.mail"].text
    assert "manage.py run" in found["worker.mail"].hint


def test_process_in_trouble_is_a_warning_in_the_words_of_the_server(well: Flask) -> None:
    beat(Work.MAIL, "not_admitted", "535 wrong password")

    assert findings()["worker.mail"].level is doctor.Level.WARNING
    assert "535 wrong password" in findings()["worker.mail"].text


def test_texts_without_russian_are_counted(well: Flask) -> None:
    a_course(title_ru=None)
    with transaction():
        db.session.add(Organisation(code="NEW", kind="partner", name_en="New partner"))

    assert findings()["russian"].text == "Texts are lacking in Russian: courses 1, organisations 1."


def test_miscounted_seats_are_an_error_that_names_the_session(well: Flask) -> None:
    right, wrong = a_session(code="RIGHT-1"), a_session(code="WRONG-1")
    with transaction():
        db.session.get_one(CourseSession, wrong.id).taken_in_person = 3

    found = findings()["seats"]

    assert found.level is doctor.Level.ERROR
    assert "WRONG-1" in found.text
    assert right.code not in found.text


def seat(invitation_id: int, status: PlaceStatus, mode: PlaceMode, **values: Any) -> None:
    """Bring a new candidate of the administration there, as the engine would count it."""
    invitation = db.session.get_one(Invitation, invitation_id)
    place_id = a_nomination(invitation, mode=mode).place_id
    with transaction():
        place = db.session.get_one(Place, place_id)
        place.status = status
        for name, value in values.items():
            setattr(place, name, value)
        course_session, quota = place.course_session, db.session.scalars(sa.select(Quota)).one()
        course_session.taken_in_person += PlaceMode.IN_PERSON in place.seats
        course_session.taken_online += PlaceMode.ONLINE in place.seats
        quota.taken += bool(place.seats)


@pytest.fixture
def quota_in_use(well: Flask) -> int:
    """The id of a session where seats are confirmed, offered and held, in every way, and some are given back."""
    call = a_call(a_session(code="HYBRID-1", capacity_online=10), accept_each=10)
    invitation = an_invitation(call, an_organisation(code="GE"))
    seat(invitation.id, PlaceStatus.PLACED, PlaceMode.BOTH)
    seat(invitation.id, PlaceStatus.PLACED, PlaceMode.ONLINE)
    seat(invitation.id, PlaceStatus.OFFERED, PlaceMode.IN_PERSON, offered_until=NOW)
    seat(invitation.id, PlaceStatus.WITHDRAWN, PlaceMode.BOTH, held_until=NOW)
    seat(invitation.id, PlaceStatus.LAPSED, PlaceMode.IN_PERSON)
    seat(invitation.id, PlaceStatus.WAITING, PlaceMode.BOTH)
    return call.course_session_id


def test_offered_held_and_double_seats_count(well: Flask, quota_in_use: int) -> None:
    course_session = db.session.get_one(CourseSession, quota_in_use)

    assert (course_session.taken_in_person, course_session.taken_online) == (3, 3)
    assert findings()["seats"].level is findings()["quotas"].level is doctor.Level.OK


def test_miscounted_quota_is_an_error_that_names_session_and_administration(well: Flask, quota_in_use: int) -> None:
    with transaction():
        db.session.scalars(sa.select(Quota)).one().taken -= 1

    found = findings()["quotas"]

    assert found.level is doctor.Level.ERROR
    assert "HYBRID-1 GE" in found.text


def test_lost_and_altered_files_are_an_error(well: Flask) -> None:
    for number in range(3):
        keep(b"%PDF-1.4 " + bytes([number + 65]), f"sheet{number}.pdf", by=None, now=NOW)
    lost, altered, _kept = db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id)).all()
    path_of(well, lost).unlink()
    path_of(well, altered).write_bytes(b"%PDF-1.4 something else")

    found = findings()["files"]

    assert found.level is doctor.Level.ERROR
    assert f"sheet0.pdf (file {lost.id}), sheet1.pdf (file {altered.id})." in found.text


def path_of(app: Flask, stored: StoredFile) -> Path:
    return Path(app.config["FILES_DIR"]) / stored.sha256[:2] / stored.sha256


@pytest.mark.parametrize(
    ("count", "header", "sentence"),
    [
        (0, "192.0.2.1", "PROXY_COUNT is 0: all visitors seem to have one address"),
        (2, "192.0.2.1", "PROXY_COUNT is 2, but requests come through fewer proxies"),
    ],
)
def test_wrong_number_of_proxies_is_named(
    well: Flask, monkeypatch: pytest.MonkeyPatch, count: int, header: str, sentence: str
) -> None:
    monkeypatch.setitem(well.config, "PROXY_COUNT", count)
    well.extensions.pop(SAID, None)
    assert findings()["proxies"].level is doctor.Level.OK
    well.test_client().get("/sign-in", headers={"X-Forwarded-For": header})

    found = findings()["proxies"]

    well.extensions.pop(SAID)
    assert found.level is doctor.Level.WARNING
    assert sentence in found.text
    monkeypatch.setitem(well.config, "PROXY_COUNT", 1)
    assert findings()["proxies"].level is doctor.Level.OK, "the setting was put right"


def test_demonstration_in_earnest_is_an_error(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings()["demonstration"].level is doctor.Level.OK
    mark_as_demonstration(NOW)

    found = findings()["demonstration"]

    assert found.level is doctor.Level.ERROR
    assert "everybody knows the passwords in it" in found.text
    monkeypatch.setitem(well.config, "DEMONSTRATION", True)
    assert findings()["demonstration"].level is doctor.Level.OK


def test_folder_that_others_may_read_is_named(well: Flask) -> None:
    folder = Path(well.config["DATA_DIR"])
    assert findings()["privacy"].level is doctor.Level.OK
    folder.chmod(0o755)

    found = findings()["privacy"]

    folder.chmod(0o700)
    assert found.level is doctor.Level.WARNING
    assert found.text == f"Other users of this machine may read {folder}."


def test_long_lists_are_shortened() -> None:
    assert doctor.shortened([f"S-{number}" for number in range(12)]).endswith("S-9 and 2 more")


def test_every_check_has_a_name_of_its_own(well: Flask) -> None:
    an_organisation()

    names = [finding.name for finding in doctor.examine()]

    assert len(names) == len(set(names))
    assert {"key", "mail", "migrations", "schema", "seats"} <= set(names)
