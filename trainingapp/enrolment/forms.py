"""Forms about places."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.reasons import OF_DECLINING, OF_EXCEPTIONS, OF_LEAVING
from trainingapp.core.web import LARGEST_NUMBER, BaseForm, CauseForm, ReasonForm, remark_area, strip
from trainingapp.enrolment.models import PlaceMode
from trainingapp.scheduling.models import CourseSession

REASON = Length(max=1000, message=_l("Please use at most 1,000 characters."))


class ModeForm(BaseForm):
    """A choice between taking part in person and online, where the session has both."""

    mode = RadioField(_l("How to take part"), [InputRequired(_l("Please choose how to take part."))])

    def offer(self, course_session: CourseSession) -> None:
        """Offer the ways that the session has; a single one is chosen already."""
        capacities = {
            PlaceMode.IN_PERSON: course_session.capacity_in_person,
            PlaceMode.ONLINE: course_session.capacity_online,
        }
        self.mode.choices = [(mode.value, mode.label) for mode, capacity in capacities.items() if capacity > 0]
        if len(self.mode.choices) == 1 and not self.mode.raw_data:
            self.mode.data = self.mode.choices[0][0]

    @property
    def chosen(self) -> PlaceMode:
        return PlaceMode(self.mode.data)


class OfferForm(ModeForm):
    """The answer to an offer: yes, and how."""

    def offer_ways(self, ways: Sequence[PlaceMode], present: PlaceMode) -> None:
        """Offer these ways; the one that the offer is for is chosen already."""
        self.mode.choices = [(mode.value, mode.label) for mode in ways]
        if not self.mode.raw_data:
            self.mode.data = present.value


class TurnDownForm(ReasonForm):
    causes = OF_LEAVING


class ReplaceForm(ReasonForm):
    causes = OF_LEAVING
    needed = _l("Please say why the officer is replaced: the history keeps it.")
    person = StringField(_l("The colleague"))

    @property
    def chosen(self) -> int:
        """The id of the colleague. Raises DomainError (field ``person``) when nobody is chosen."""
        number = self.person.data or ""
        if not re.fullmatch(r"[0-9]{1,10}", number) or int(number) > LARGEST_NUMBER:
            raise DomainError(_l("Please choose the colleague who takes over the place."), field="person")
        return int(number)


class EnrolForm(ModeForm):
    motivation = TextAreaField(
        _l("Why this course? What do you do at work that it is for?"),
        [Optional(), REASON],
        filters=[strip],
        description=_l("The coordinator reads this when deciding. You may leave it empty."),
    )


class WithdrawForm(ReasonForm):
    causes = OF_LEAVING


class DeclineForm(ReasonForm):
    causes = OF_DECLINING
    needed = _l("Please give the reason: the person will be told.")


class OverrideForm(CauseForm):
    causes = OF_EXCEPTIONS
    remark_in = "override"
    cause = SelectField(_l("Reason for an exception"), default="")
    override = remark_area()


class PlacePersonForm(OverrideForm, ModeForm):
    person = StringField(
        _l("E-mail address of the person"),
        [DataRequired(_l("Please enter the e-mail address.")), Length(max=254)],
        filters=[strip],
    )
