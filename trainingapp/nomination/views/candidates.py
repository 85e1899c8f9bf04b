"""The texts of the table of candidates: each is made once and not for every row, or a thousand would take too long."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from markupsafe import Markup

from trainingapp.accounts.models import Sex
from trainingapp.core.i18n import LANGUAGES, _, _n, language_name
from trainingapp.enrolment.models import PlaceMode, PlaceStatus
from trainingapp.nomination.forms.selection import UNDECIDED, Wish
from trainingapp.nomination.models import Call, Proposal
from trainingapp.nomination.queries.selection import SelectionRow, SelectionState, Share
from trainingapp.nomination.rules.selection import ALWAYS_IN_THE_WAY
from trainingapp.nomination.rules.suggestion import SENTENCES


def others_of(rows: Sequence[SelectionRow], shown: Sequence[SelectionRow]) -> str | None:
    """What a script has to know of those whom the filters leave out; None where they leave out nobody."""
    if len(shown) == len(rows):
        return None
    seen = {row.id for row in shown}
    counts: Counter[str] = Counter()
    places: Counter[int] = Counter()
    for row in rows:
        if row.id in seen:
            continue
        counts[row.line.proposal or UNDECIDED] += 1
        if row.line.proposal is Proposal.SELECT:
            counts.update([*row.facts.mode.kinds, row.facts.sex or "unknown"])
            places[row.facts.organisation_id] += 1
    return json.dumps({"counts": counts, "places": places})


def columns(call: Call, wanted: Wish) -> list[Column]:
    """The columns that can be sorted, with the address that sorts by each."""
    texts = {
        "name": _("Candidate"),
        "administration": _("Nominated by"),
        "rank": _("Rank"),
        "requirements": _("Requirements"),
        "language": _("Language"),
        "earlier": _("Earlier courses"),
        "last": _("Since the last place"),
        "sex": _("Sex"),
        "mode": _("Takes part"),
        "proposal": _("Proposal"),
    }
    if not call.course_session.is_hybrid:
        del texts["mode"]
    return [column(call.id, key, text, wanted) for key, text in texts.items()]


def column(call_id: int, key: str, text: str, wanted: Wish) -> Column:
    is_sorted = key == wanted.sort
    turned = wanted.values(sort=key, dir="" if not is_sorted or wanted.dir else "down")
    return Column(
        key=key,
        text=text,
        url=url_for("nomination.selection", call_id=call_id, **turned),
        direction=("descending" if wanted.dir else "ascending") if is_sorted else None,
    )


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the table; ``direction`` where the table is sorted by it."""

    key: str
    text: str
    url: str
    direction: str | None


@dataclass(frozen=True)
class Cells:
    """What stands in the table again and again."""

    proposals: dict[Proposal, str]
    modes: dict[PlaceMode, str]
    sexes: dict[Sex | None, str]
    languages: dict[str, str]
    statuses: dict[PlaceStatus, str]
    organisations: dict[int, str]
    shares: dict[int, Markup]
    last_places: dict[date | None, str]
    obstacles: dict[int, str]


def cells_of(state: SelectionState, today: date) -> Cells:
    return Cells(
        proposals={Proposal.SELECT: _("Select"), Proposal.RESERVE: _("Reserve"), Proposal.DECLINE: _("Decline")},
        modes={one: str(one.label) for one in PlaceMode},
        sexes={Sex.FEMALE: _("woman"), Sex.MALE: _("man"), None: _("not on record")},
        languages={code: language_name(code) for code in LANGUAGES},
        statuses={one: str(one.label) for one in PlaceStatus},
        organisations={one: str(name) for one, name in state.organisations.items()},
        shares={one: share_text(one, share) for one, share in state.shares.items()},
        last_places={one: last_place_text(one, today) for one in {row.facts.last_place_on for row in state.rows}},
        obstacles={row.id: obstacle_text(row) for row in state.rows if row.obstacle},
    )


def share_text(organisation_id: int, share: Share) -> Markup:
    """The places of an administration, in a form that a script can keep current."""
    part = Markup('<b data-used="{}">{}</b>').format(organisation_id, share.selected)
    return Markup(_("%(part)s of %(whole)s")) % {"part": part, "whole": share.quota}


def last_place_text(last: date | None, today: date) -> str:
    if last is None:
        return _("never")
    days = max(0, (today - last).days)
    return _n("%(num)s day", "%(num)s days", days)


def obstacle_text(row: SelectionRow) -> str:
    """Everything that stands against the candidate."""
    facts = row.facts
    if row.obstacle in ALWAYS_IN_THE_WAY or not (facts.missing or facts.clash):
        return str(row.obstacle.label) if row.obstacle else ""
    lacks = [_("Lacks: %(missing)s.", missing=", ".join(facts.missing))] if facts.missing else []
    clashes = [_("At the same time: %(clash)s.", clash=facts.clash)] if facts.clash else []
    return " ".join([*lacks, *clashes])


def whys(state: SelectionState) -> dict[int, tuple[Proposal, int | None, str]]:
    """By nomination what the rule suggests, and why."""
    sentences = {because: str(sentence) for because, sentence in SENTENCES.items()}
    return {
        one.nomination_id: (one.proposal, one.reserve_rank, sentences[one.because] % one.details)
        for one in state.suggestions
    }
