"""The demonstration's letters lead to where it is served now."""

from __future__ import annotations

from tests.builders import NOW, an_officer
from tests.desk.waiting import a_letter
from trainingapp.core.db import db
from trainingapp.mail.models import Letter
from trainingapp.seed.address import readdress

FIRST, SECOND = "http://127.0.0.1:8000", "http://127.0.0.1:8123"


def body_of(letter_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id).body


def test_letters_follow_the_demonstration_to_another_port(app):
    readdress(FIRST, now=NOW)
    letter_id = a_letter(an_officer(), body=f"Answer on {FIRST}/places/1 or {FIRST}/my.").id

    readdress(SECOND, now=NOW)
    assert body_of(letter_id) == f"Answer on {SECOND}/places/1 or {SECOND}/my."

    readdress(FIRST, now=NOW)
    assert body_of(letter_id) == f"Answer on {FIRST}/places/1 or {FIRST}/my."


def test_letters_stay_as_they_are_at_the_same_address(app):
    letter_id = a_letter(an_officer(), body=f"See {SECOND}/my.").id

    readdress(FIRST, now=NOW)
    readdress(FIRST, now=NOW)

    assert body_of(letter_id) == f"See {SECOND}/my."
