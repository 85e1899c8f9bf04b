"""Why a step of a session is due, as sentences."""

from __future__ import annotations

from trainingapp.core.db import Row
from trainingapp.core.formats import day
from trainingapp.core.i18n import _
from trainingapp.scheduling.rules.due import Due, Why


def due(session: Row, step: Due) -> str:
    """Why the step of the session is due."""
    values = {"day": day(session.starts_on), "taken": session.taken, "minimum": session.minimum}
    match step.why:
        case Why.DRAFT:
            return _("Still a draft: nobody can ask for a place yet. It begins on %(day)s.", **values)
        case Why.DRAFT_PAST:
            return _("Still a draft, but its first day was %(day)s: change the dates or cancel it.", **values)
        case Why.UNCONFIRMED:
            return _("It was to begin on %(day)s and is not confirmed: confirm it or cancel it.", **values)
        case Why.READY:
            return _(
                "The minimum is reached (%(taken)s with a place, %(minimum)s needed). "
                "Confirm it, so that people can arrange their journey: it begins on %(day)s.",
                **values,
            )
        case Why.BEGINS:
            return _("Confirmed, and its first day is %(day)s: start it.", **values)
    return _("The last meeting is over: finish it, so that certificates can be issued.")
