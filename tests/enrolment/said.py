"""What is said of a place in every combination of its state, its session and the completion: the rows of said.csv.

``python -m tests.enrolment.said`` writes that table anew; read the difference before you keep it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from trainingapp.core.i18n import speaking
from trainingapp.enrolment.models import PlaceMode, PlaceStatus, Step, Way
from trainingapp.enrolment.texts import Reader, label_of, sentence
from trainingapp.scheduling.models import SessionStatus

TABLE = Path(__file__).with_name("said.csv")
HEADINGS = ("place", "by", "session", "completion", "label", *Reader)
S, P = SessionStatus, PlaceStatus

STARTS_AT = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
CLOSES_AT = STARTS_AT - timedelta(days=10)
AHEAD, CLOSED, BEGUN, OVER = (STARTS_AT + timedelta(days=days) for days in (-28, -9, 0, 5))
SESSIONS = {
    "open": (S.OPEN, AHEAD),
    "open, enrolment closed": (S.OPEN, CLOSED),
    "open, begun": (S.OPEN, BEGUN),
    "open, over": (S.OPEN, OVER),
    "confirmed": (S.CONFIRMED, AHEAD),
    "confirmed, begun": (S.CONFIRMED, BEGUN),
    "confirmed, over": (S.CONFIRMED, OVER),
    "running": (S.RUNNING, BEGUN),
    "running, over": (S.RUNNING, OVER),
    "finished": (S.FINISHED, OVER),
    "cancelled": (S.CANCELLED, AHEAD),
}
BOTH = {
    "waiting": {"status": P.WAITING, "position": 3},
    "placed": {"status": P.PLACED},
    "declined": {"status": P.DECLINED, "reason": "Full"},
    "placed, then withdrawn": {"status": P.WITHDRAWN, "left_from": P.PLACED, "ended_by": Step.WITHDRAWN},
    "placed, then withdrawn by the officer": {
        "status": P.WITHDRAWN,
        "left_from": P.PLACED,
        "ended_by": Step.WITHDRAWN,
        "ended_by_id": 4,
    },
    "waiting, then withdrawn": {"status": P.WITHDRAWN, "left_from": P.WAITING, "ended_by": Step.WITHDRAWN},
    "waiting, then lapsed": {"status": P.LAPSED, "left_from": P.WAITING, "ended_by": Step.LAPSED},
    "cancelled": {"status": P.CANCELLED, "reason": "Flood"},
    "incomplete": {"status": P.INCOMPLETE, "reason": "Ill"},
}
PLACES: dict[str, dict[str, dict[str, Any]]] = {
    "nomination": {
        "nominated": {"status": P.NOMINATED},
        "nominated, then withdrawn": {"status": P.WITHDRAWN, "left_from": P.NOMINATED, "ended_by": Step.WITHDRAWN},
        "offered": {"status": P.OFFERED, "offered_until": STARTS_AT - timedelta(days=5)},
        "offered, then withdrawn": {"status": P.WITHDRAWN, "left_from": P.OFFERED, "ended_by": Step.WITHDRAWN},
        "offered, then turned down": {"status": P.WITHDRAWN, "left_from": P.OFFERED, "ended_by": Step.TURNED_DOWN},
        "offered, then turned down by the officer": {
            "status": P.WITHDRAWN,
            "left_from": P.OFFERED,
            "ended_by": Step.TURNED_DOWN,
            "ended_by_id": 4,
        },
        "offered, then lapsed": {
            "status": P.LAPSED,
            "left_from": P.OFFERED,
            "ended_by": Step.OFFER_LAPSED,
            "offered_until": AHEAD,
        },
        **BOTH,
    },
    "request": {
        "requested": {"status": P.REQUESTED},
        "requested, then withdrawn": {"status": P.WITHDRAWN, "left_from": P.REQUESTED, "ended_by": Step.WITHDRAWN},
        **BOTH,
    },
}
NOTHING = (
    "position passed_over reason offered_until held_until replaces_id next_hold_until next_hold_organisation_id "
    "next_hold_for next_offer_until ended_by ended_by_id left_from successor_id"
)


class Case(NamedTuple):
    """One combination."""

    place: str
    by: str
    session: str
    completion: str


def cases() -> Iterator[Case]:
    for by, places in PLACES.items():
        for place, session, completion in product(places, SESSIONS, ("yes", "no")):
            if session != "cancelled" or not places[place]["status"].is_live:
                yield Case(place, by, session, completion)


def said_of(case: Case) -> tuple[str, ...]:
    """The label, and the sentence for each reader, in English."""
    status, now = SESSIONS[case.session]
    row = SimpleNamespace(
        **dict.fromkeys(NOTHING.split()),
        mode=PlaceMode.IN_PERSON,
        way=Way.NOMINATION if case.by == "nomination" else Way.REQUEST,
        person_id=4,
        organisation_id=7,
        session_status=status,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 3),
        closes_at=CLOSES_AT,
        first_meeting_at=STARTS_AT,
        time_zone="Asia/Baku",
        by_nomination=case.by == "nomination",
        has_completed=case.completion == "yes",
        offer_days=7,
        hold_days=5,
        cut_off_days=10,
        still_days=7,
        claim_days=3,
        final_at=AHEAD,
    )
    vars(row).update(PLACES[case.by][case.place])
    with speaking("en"):
        return label_of(row, now), *(sentence(row, reader, now=now) for reader in Reader)


def write() -> None:
    """The table: combinations of which the same is said share a row."""
    rows: dict[tuple[str, ...], dict[str, set[str]]] = {}
    for case in cases():
        found = rows.setdefault((case.place, case.by, *said_of(case)), {})
        found.setdefault(case.session, set()).add(case.completion)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        for (place, by, *said), sessions in rows.items():
            for completion in ("yes or no", "yes", "no"):
                same = [
                    name for name, found in sessions.items() if " or ".join(sorted(found, reverse=True)) == completion
                ]
                if same:
                    writer.writerow([place, by, "; ".join(same), completion, *said])


if __name__ == "__main__":
    import tempfile

    import config
    from trainingapp.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.Testing({"DATA_DIR": folder}))
        with app.test_request_context():
            write()
