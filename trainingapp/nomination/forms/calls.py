"""Forms of a call: its details, its deadline, and the administrations that it invites."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from wtforms import BooleanField, DateTimeLocalField, Field, HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from trainingapp.core.i18n import LazyText, StrOrLazy, _l
from trainingapp.core.web import BaseForm, LineField, NumberField, Validator, strip
from trainingapp.nomination.queries.administrations import InvitableRow
from trainingapp.nomination.rules.calls import LONGEST_TEXT, MOST_CANDIDATES, MOST_REMIND_DAYS, CallDetails, Numbers
from trainingapp.scheduling.forms import in_our_time

MOST_DAYS = 90


def number(label: LazyText, least: int, most: int, description: StrOrLazy = "") -> NumberField:
    return NumberField(label, validators=[InputRequired(), NumberRange(least, most)], description=description)


def deadline_field() -> DateTimeLocalField:
    return DateTimeLocalField(
        _l("Nomination deadline"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(), in_our_time],
        description=_l("On the venue's clock."),
    )


def text(label: LazyText, *checks: Validator) -> TextAreaField:
    return TextAreaField(label, filters=[strip], validators=[*checks, Length(max=LONGEST_TEXT)])


class CallForm(BaseForm):
    """Everything about a call but which administrations are invited."""

    closes = deadline_field()
    remind_days = number(
        _l("Reminder, days before the deadline"),
        0,
        MOST_REMIND_DAYS,
        _l("It goes to those who have not answered. 0: no reminder."),
    )
    nominate_each = number(_l("Candidates that each may nominate"), 1, MOST_CANDIDATES)
    accept_each = number(_l("Places that each may be given"), 1, MOST_CANDIDATES)
    women_percent = NumberField(
        _l("Share of women aimed at, in per cent"),
        validators=[Optional(), NumberRange(0, 100)],
        description=_l("The selection shows how near it is. You may leave it empty."),
    )
    text_en = text(_l("Text of the invitation, in English"), DataRequired())
    text_ru = text(_l("Text of the invitation, in Russian"), Optional())
    signatory_en = LineField(_l("Signed by, in English"), [Optional(), Length(max=200)])
    signatory_ru = LineField(_l("Signed by, in Russian"), [Optional(), Length(max=200)])
    offer_days = number(
        _l("Days to confirm an offer"), 1, MOST_DAYS, _l("After these days an offer without an answer ends.")
    )
    hold_days = number(
        _l("Days to nominate a replacement"),
        0,
        MOST_DAYS,
        _l(
            "For these days a place that became free is kept for the same administration; then it goes to the "
            "reserve list."
        ),
    )
    claim_days = number(
        _l("Days for which a free place is kept for somebody who needs two"),
        0,
        MOST_DAYS,
        _l(
            "Somebody who takes part in person and online needs two places. "
            "If only one is free, it is kept for these days."
        ),
    )
    cut_off_days = number(
        _l("Replacements until, days before the start"),
        0,
        MOST_DAYS,
        _l("Later only a coordinator can replace somebody."),
    )
    still_days = number(
        _l("Automatic offers stop, days before the start"),
        0,
        MOST_DAYS,
        _l("So close to the start only the office itself offers a free place: travel takes time."),
    )

    def details(self, closes: datetime | None = None) -> CallDetails:
        """What was asked for; ``closes`` stands in for a deadline that the form does not ask for."""
        names = set(CallDetails.__dataclass_fields__) - {"closes"}
        values = {name: self[name].data for name in names}
        return CallDetails(closes=closes or self.closes.data, **values)


class DeadlineForm(BaseForm):
    closes = deadline_field()


class AdministrationsForm(BaseForm):
    """Who is invited: ``invited-``, ``nominate-`` and ``accept-<organisation>``, and what the page showed (``shown``).

    Only what differs from what was shown is changed: what somebody else did meanwhile stays.
    """

    shown = HiddenField()
    organisation_ids: tuple[int, ...] = ()

    def numbers(self) -> dict[int, Numbers | None]:
        """What the person at the form has changed."""
        shown = as_numbers(self.shown.data)
        wanted = {id: self.wanted(id) for id in self.organisation_ids}
        return {id: numbers for id, numbers in wanted.items() if numbers != shown.get(id)}

    def wanted(self, organisation_id: int) -> Numbers | None:
        if not self[f"invited-{organisation_id}"].data:
            return None
        return Numbers(nominate=self[f"nominate-{organisation_id}"].data, accept=self[f"accept-{organisation_id}"].data)


def administrations_form(rows: Iterable[InvitableRow]) -> AdministrationsForm:
    """The form with a line for each of these."""
    rows = list(rows)
    fields: dict[str, Field] = {"shown": HiddenField(default=as_text(rows))}
    for row in rows:
        id, name = row.organisation_id, row.name
        fields[f"invited-{id}"] = BooleanField(_l("%(name)s: invited", name=name), default=row.invited)
        fields[f"nominate-{id}"] = NumberField(
            _l("%(name)s: candidates", name=name),
            [Optional(), NumberRange(1, MOST_CANDIDATES)],
            default=row.nominate,
        )
        fields[f"accept-{id}"] = NumberField(
            _l("%(name)s: places", name=name), [Optional(), NumberRange(0, MOST_CANDIDATES)], default=row.accept
        )
    ids = tuple(row.organisation_id for row in rows)
    return cast(
        AdministrationsForm,
        type("AdministrationsFormOfCall", (AdministrationsForm,), {**fields, "organisation_ids": ids})(),
    )


def as_text(rows: Iterable[InvitableRow]) -> str:
    """What the page shows of those who are invited."""
    return json.dumps({row.organisation_id: [row.nominate, row.accept] for row in rows if row.invited})


def as_numbers(shown: str | None) -> Mapping[int, Numbers]:
    """What :func:`as_text` made; nothing for anything else: then all that is in the form counts."""
    try:
        read = json.loads(shown or "")
        return {int(id): Numbers(nominate=nominate, accept=accept) for id, (nominate, accept) in read.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
