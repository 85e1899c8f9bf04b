"""What stands on a printed sign-in sheet, in English and Russian beside each other, whoever prints it."""

from __future__ import annotations

from collections.abc import Callable

from trainingapp.core.formats import span
from trainingapp.core.i18n import Bilingual, _, speaking
from trainingapp.scheduling.models import Meeting


def wording(meeting: Meeting) -> dict[str, object]:
    """The values that the sheet's template prints, each as a Bilingual."""
    return {
        "title": in_both(lambda: _("Sign-in sheet")),
        "heads": [
            in_both(lambda: _("No.")),
            in_both(lambda: _("Full name")),
            in_both(lambda: _("Organisation")),
            in_both(lambda: _("Signature")),
        ],
        "online": in_both(lambda: _("online")),
        "trainer_line": in_both(lambda: _("Trainer's signature")),
        "facts": [(label, value) for label, value in facts_of(meeting) if value],
    }


def facts_of(meeting: Meeting) -> list[tuple[Bilingual, Bilingual]]:
    """When, where and with whom."""
    course_session, room = meeting.course_session, meeting.room
    trainers = ", ".join(trainer.name.full for trainer in course_session.trainers_by_name)
    return [
        (in_both(lambda: _("Session")), Bilingual(course_session.code, None)),
        (in_both(lambda: _("Meeting")), meeting.title),
        (
            in_both(lambda: _("When")),
            in_both(lambda: span(meeting.starts_at, meeting.ends_at, course_session.time_zone)),
        ),
        (in_both(lambda: _("Where")), joined(room.centre.name, room.name) if room else in_both(lambda: _("online"))),
        (in_both(lambda: _("Trainers")), Bilingual(trainers, None)),
    ]


def in_both(make: Callable[[], str]) -> Bilingual:
    """What the function says in each of the two languages."""
    with speaking("en"):
        english = make()
    with speaking("ru"):
        return Bilingual(english, make())


def joined(*texts: Bilingual) -> Bilingual:
    return Bilingual(*(", ".join(text.within(language) for text in texts) for language in ("en", "ru")))
