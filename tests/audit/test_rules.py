from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from trainingapp.accounts.events import RoleGranted
from trainingapp.audit.rules import data_of, subjects_of
from trainingapp.certificates.events import CertificateReplaced
from trainingapp.core.events import plain
from trainingapp.core.i18n import Bilingual
from trainingapp.enrolment.events import PlaceReplaced
from trainingapp.scheduling.models import MeetingMode


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        ("текст", "текст"),
        (MeetingMode.ONLINE, "online"),
        (date(2026, 5, 4), "2026-05-04"),
        (datetime(2026, 5, 4, 8, tzinfo=UTC), "2026-05-04T08:00:00+00:00"),
        (("en", "ru"), ["en", "ru"]),
        (frozenset({3, 1, 2}), [1, 2, 3]),
        ({"mode": MeetingMode.ONLINE}, {"mode": "online"}),
        (Bilingual("a", None), str(Bilingual("a", None))),
    ],
)
def test_value_becomes_what_json_knows(app: object, value: object, kept: object) -> None:
    assert plain(value) == kept


def test_subjects_are_those_that_are_named() -> None:
    data = data_of(RoleGranted(person_id=7, role="officer", organisation_id=3))

    assert sorted(subjects_of(data)) == [("organisation", 3), ("person", 7)]


def test_replacement_is_found_at_both_certificates() -> None:
    event = CertificateReplaced(
        certificate_id=1, replacement_id=2, person_id=7, course_session_id=4, serial="RTO-2026-2", reason="name"
    )

    assert {("certificate", 1), ("certificate", 2)} <= set(subjects_of(data_of(event)))


def test_replacement_is_found_at_both_places() -> None:
    event = PlaceReplaced(place_id=1, replacement_place_id=2, person_id=7, course_session_id=4, reason="ill")

    assert {("place", 1), ("place", 2)} <= set(subjects_of(data_of(event)))
