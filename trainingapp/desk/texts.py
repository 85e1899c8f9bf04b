"""What does not work just now, as sentences."""

from __future__ import annotations

from trainingapp.core.formats import moment, reader_zone
from trainingapp.core.heartbeat import Condition, Work
from trainingapp.core.i18n import _
from trainingapp.mail.models import Failure


def stopped(condition: Condition) -> str:
    """What does not happen now because of it, and since when."""
    latest = condition.latest
    if condition.trouble and latest is not None and latest.trouble_since is not None:
        since = moment(latest.trouble_since, reader_zone() or "UTC")
        return _("Letters have not been sent since %(time)s.", time=since) + f" {Failure(condition.trouble).label}"
    if condition.work is Work.MAIL:
        lead = _("Letters are neither written nor sent: the program that does this has stopped.")
    else:
        lead = _("Automatic work has stopped: offers do not end, free places are not offered, nobody is reminded.")
    if latest is None:
        return lead
    return f"{lead} " + _(
        "It last worked on %(time)s (machine %(host)s).",
        time=moment(latest.beat_at, reader_zone() or "UTC"),
        host=latest.host,
    )
