"""Who may have which certificate, what it says, and whether it still holds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates.paper import paper
from trainingapp.certificates.models import CertificateKind
from trainingapp.certificates.rules.issuing import (
    Facts,
    PrintedFields,
    State,
    check_change,
    check_reason,
    decide_certificate,
    decide_state,
    reason_against,
    unprintable_in,
)
from trainingapp.core.errors import DomainError
from trainingapp.scheduling.models import SessionStatus

NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
TODAY = date(2026, 6, 3)
ATTENDANCE, COMPLETION = CertificateKind.ATTENDANCE, CertificateKind.COMPLETION


def facts(**changes: Any) -> Facts:
    """Somebody who was there all the time and completed the course, in a session that is over."""
    usual: dict[str, Any] = {
        "kind": ATTENDANCE,
        "now": NOW,
        "status": SessionStatus.FINISHED,
        "last_meeting_ends_at": NOW - timedelta(hours=1),
        "oneself": False,
        "chosen": False,
        "left": False,
        "attendance_percent": 80,
        "planned_minutes": 600,
        "attended_minutes": 600,
        "completed": True,
        "standing_serial": None,
        "revoked_serial": None,
        "unprintable": "",
    }
    return Facts(**{**usual, **changes})


@pytest.mark.parametrize("kind", CertificateKind)
def test_certificate_is_for_whoever_meets_the_rule(kind):
    assert reason_against(facts(kind=kind)) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"attended_minutes": 479}, "Attended 79% of the planned hours; the rule asks for 80%."),
        ({"attended_minutes": 0}, "Attended 0%"),
        ({"left": True}, "Left the session"),
        ({"attendance_percent": None}, "no attendance rule"),
        ({"planned_minutes": 0, "attended_minutes": 0}, "no attendance rule"),
        ({"last_meeting_ends_at": NOW + timedelta(minutes=1)}, "not over yet"),
        ({"last_meeting_ends_at": None}, "not over yet"),
        ({"status": SessionStatus.CANCELLED}, "does not take place"),
        ({"standing_serial": "ROCB-2026-000001"}, "already: ROCB-2026-000001"),
        ({"revoked_serial": "ROCB-2026-000001"}, "was revoked"),
        ({"oneself": True}, "cannot issue a certificate to yourself"),
        ({"unprintable": "გ"}, "გ"),
    ],
)
def test_certificate_of_attendance_is_refused_with_the_reason(changes, said):
    with pytest.raises(DomainError, match=said):
        decide_certificate(facts(**changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"completed": False}, "has not been recorded"),
        ({"status": SessionStatus.DRAFT}, "does not take place"),
        ({"standing_serial": "ROCB-2026-000001"}, "already"),
        ({"revoked_serial": "ROCB-2026-000001"}, "was revoked"),
        ({"oneself": True}, "cannot issue a certificate to yourself"),
        ({"unprintable": "\u202e"}, r"U\+202E"),
    ],
)
def test_certificate_of_completion_is_refused_with_the_reason(changes, said):
    with pytest.raises(DomainError, match=said):
        decide_certificate(facts(kind=COMPLETION, **changes))


def test_attendance_counts_from_the_very_share_of_the_rule():
    assert reason_against(facts(attended_minutes=480)) is None


def test_completion_does_not_ask_for_hours_and_attendance_not_for_completion():
    assert reason_against(facts(kind=COMPLETION, attended_minutes=0, last_meeting_ends_at=None)) is None
    assert reason_against(facts(kind=ATTENDANCE, completed=False)) is None


def test_certificate_after_a_revoked_one_is_only_for_who_is_chosen():
    assert reason_against(facts(revoked_serial="ROCB-2026-000001", chosen=True)) is None


@given(
    kind=st.sampled_from(CertificateKind),
    percent=st.none() | st.integers(1, 100),
    planned=st.integers(0, 5000),
    share=st.floats(0, 1),
    completed=st.booleans(),
    left=st.booleans(),
)
def test_nobody_gets_a_certificate_without_its_own_ground(kind, percent, planned, share, completed, left):
    attended = int(planned * share)

    reason = reason_against(
        facts(
            kind=kind,
            attendance_percent=percent,
            planned_minutes=planned,
            attended_minutes=attended,
            completed=completed,
            left=left,
        )
    )

    met = bool(percent and planned) and not left and attended * 100 >= (percent or 0) * planned
    assert (reason is None) == (completed if kind is COMPLETION else met)


@pytest.mark.parametrize(
    ("revoked", "replaced", "valid_until", "state"),
    [
        (None, None, None, State.VALID),
        (None, None, TODAY, State.VALID),
        (None, None, TODAY - timedelta(days=1), State.EXPIRED),
        (NOW, None, None, State.REVOKED),
        (NOW, None, TODAY - timedelta(days=1), State.REVOKED),
        (None, NOW, None, State.REPLACED),
        (None, NOW, TODAY - timedelta(days=1), State.REPLACED),
    ],
)
def test_state_follows_from_what_happened_and_the_day(revoked, replaced, valid_until, state):
    assert decide_state(revoked_at=revoked, replaced_at=replaced, valid_until=valid_until, today=TODAY) is state


@given(st.dates(), st.dates())
def test_state_is_valid_up_to_and_including_the_last_day(valid_until, today):
    state = decide_state(revoked_at=None, replaced_at=None, valid_until=valid_until, today=today)

    assert (state is State.VALID) == (today <= valid_until)


@pytest.mark.parametrize(
    "changes", [{}, {"valid_until": None, "name_native": None, "place_en": None, "place_ru": None}]
)
def test_printed_fields_survive_json(changes):
    printed = paper(**changes)

    assert PrintedFields.from_dict(json.loads(json.dumps(printed.to_dict()))) == printed


def test_printed_fields_speak_english_where_russian_is_lacking():
    assert paper(title_ru=None).text("title", "ru") == paper().title_en
    assert paper(name_native=None).name("ru") == paper().name_latin


def test_unprintable_in_looks_at_every_field():
    assert unprintable_in(paper()) == ""
    assert unprintable_in(paper(name_native="გ", signatory_post_ru="木", title_en="Ա")) == "გԱ木"


def test_change_is_refused_after_the_certificate_has_ended():
    check_change(revoked_at=None, replaced_at=None)

    with pytest.raises(DomainError, match="revoked already"):
        check_change(revoked_at=NOW, replaced_at=None)
    with pytest.raises(DomainError, match="replaced already"):
        check_change(revoked_at=None, replaced_at=NOW)


@pytest.mark.parametrize("reason", ["", "   ", "x", " \n- "])
def test_reason_is_wanted_in_words(reason):
    with pytest.raises(DomainError) as refusal:
        check_reason(reason)

    assert refusal.value.field == "reason"
