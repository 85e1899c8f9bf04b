"""What a course must be, when it may be published, retired or deleted, and how its rule of completion is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from trainingapp.catalogue.models import AccessClass, CourseKind, CourseStatus, Level
from trainingapp.core.errors import DomainError, Problem
from trainingapp.core.i18n import DELIVERY_LANGUAGES, LazyText, _, _l, _n
from trainingapp.core.text import search_key, sort_key

TEXTS: dict[str, LazyText] = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "description": _l("About the course"),
    "outcomes": _l("What participants will be able to do"),
    "audience": _l("Who it is for"),
    "admission": _l("Conditions of admission"),
    "assessment": _l("How it is assessed"),
    "competency": _l("Competency"),
}
LANGUAGES_LABEL = _l("Languages of delivery")
FOLLOWED_AT_LABEL = _l("Address where the course is followed")
NEEDED_TEXTS = ("title", "summary", "description", "audience")

CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", re.ASCII)
TOPIC_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
HOURS = re.compile(r"\d{1,4}(?:[.,]\d{1,4})?", re.ASCII)
MAX_MINUTES = 2000 * 60
WHOLE = 100  # per cent of the planned hours
SORT_KEY_LENGTH = 400


def in_english(label: LazyText) -> LazyText:
    return _l("%(text)s (English)", text=label)


def in_russian(label: LazyText) -> LazyText:
    return _l("%(text)s (Russian)", text=label)


@dataclass(frozen=True, kw_only=True)
class CourseDetails:
    """Everything that a coordinator writes about a course."""

    code: str
    kind: CourseKind
    access_class: AccessClass
    title_en: str
    duration_minutes: int
    languages: tuple[str, ...]
    centre_id: int | None = None
    level: Level | None = None
    title_ru: str | None = None
    summary_en: str | None = None
    summary_ru: str | None = None
    description_en: str | None = None
    description_ru: str | None = None
    outcomes_en: str | None = None
    outcomes_ru: str | None = None
    audience_en: str | None = None
    audience_ru: str | None = None
    admission_en: str | None = None
    admission_ru: str | None = None
    assessment_en: str | None = None
    assessment_ru: str | None = None
    competency_en: str | None = None
    competency_ru: str | None = None
    attendance_percent: int | None = None
    result_required: bool = False
    pass_score: int | None = None
    validity_months: int | None = None
    followed_at_url: str | None = None
    topic_ids: frozenset[int] = field(default=frozenset())
    prerequisite_ids: frozenset[int] = field(default=frozenset())


HOURS_WANTED = _l("Enter the hours as a number above 0, for example 6 or 6.5.")

FAULTS: tuple[tuple[Callable[[CourseDetails], bool], str, LazyText], ...] = (
    (
        lambda course: not CODE.fullmatch(course.code),
        "code",
        _l("Use capital Latin letters, digits and hyphens, as in CCC-101."),
    ),
    (
        lambda course: not course.title_en.strip(),
        "title_en",
        _l("The English title is needed: it is shown wherever a translation is lacking."),
    ),
    (lambda course: not 0 < course.duration_minutes <= MAX_MINUTES, "duration_minutes", HOURS_WANTED),
    (lambda course: not course.languages, "languages", _l("Choose at least one language.")),
    (
        lambda course: not set(course.languages) <= set(DELIVERY_LANGUAGES),
        "languages",
        _l("This language is not on the list."),
    ),
    (
        lambda course: course.attendance_percent is None and not course.result_required,
        "attendance_percent",
        _l("Say what completes the course: a share of the hours, a passed assessment, or both."),
    ),
    (
        lambda course: course.attendance_percent is not None and not 1 <= course.attendance_percent <= 100,
        "attendance_percent",
        _l("Enter a number from 1 to 100."),
    ),
    (
        lambda course: course.pass_score is not None and not 0 <= course.pass_score <= 100,
        "pass_score",
        _l("Enter a number from 0 to 100."),
    ),
    (
        lambda course: course.pass_score is not None and not course.result_required,
        "pass_score",
        _l("A pass mark needs an assessment: tick that it must be passed, or leave the mark out."),
    ),
    (
        lambda course: course.validity_months is not None and not 1 <= course.validity_months <= 600,
        "validity_months",
        _l("Enter a number of months from 1 to 600, or nothing if it does not expire."),
    ),
    (
        lambda course: course.followed_at_url is not None and not is_web_address(course.followed_at_url),
        "followed_at_url",
        _l("Enter a full address that begins with https:// or http://."),
    ),
)


def course_problems(details: CourseDetails) -> Iterator[Problem]:
    """Everything that is wrong with the details, each problem with its field."""
    return (Problem(sentence, name) for is_wrong, name, sentence in FAULTS if is_wrong(details))


def is_web_address(text: str) -> bool:
    """A full http or https address with a host, and no spaces or control characters in it."""
    if any(character.isspace() or not character.isprintable() or character in '<>"\\' for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def parse_hours(text: str) -> int:
    """The minutes meant by "6", "6.5" or "6,5" hours. Raises DomainError for anything else."""
    try:
        if not HOURS.fullmatch(text.strip()):
            raise InvalidOperation
        minutes = round(Decimal(text.strip().replace(",", ".")) * 60)
    except InvalidOperation:
        minutes = 0
    if not 0 < minutes <= MAX_MINUTES:
        raise DomainError(HOURS_WANTED, "duration_minutes")
    return minutes


def show_hours(minutes: int) -> str:
    """The hours as they are typed: "6", "6.5"; :func:`parse_hours` gives the minutes back."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def missing_for_publishing(details: CourseDetails) -> list[LazyText]:
    """The labels of what the course still lacks before it may be published."""
    missing = [in_english(TEXTS[name]) for name in NEEDED_TEXTS if not (getattr(details, f"{name}_en") or "").strip()]
    if not details.languages:
        missing.append(LANGUAGES_LABEL)
    if details.kind is CourseKind.DISTANCE and not details.followed_at_url:
        missing.append(FOLLOWED_AT_LABEL)
    return missing


def missing_in_russian(details: CourseDetails) -> list[LazyText]:
    """The labels of the texts that exist in English only."""
    return [
        label for name, label in TEXTS.items() if getattr(details, f"{name}_en") and not getattr(details, f"{name}_ru")
    ]


def decide_to_publish(status: CourseStatus, details: CourseDetails, required_drafts: Sequence[str]) -> None:
    """Raise DomainError unless a draft or retired course may be published now; everything lacking is named at once."""
    if status is CourseStatus.PUBLISHED:
        raise DomainError(_l("This course is published already."))
    if missing := missing_for_publishing(details):
        things = ", ".join(str(label) for label in missing)
        raise DomainError(_l("Before this course can be published, it needs: %(things)s.", things=things))
    check_required(required_drafts)


def check_published(details: CourseDetails, required_drafts: Sequence[str]) -> None:
    """What people can see already must not lose what it could not have been published without."""
    if missing := missing_for_publishing(details):
        things = ", ".join(str(label) for label in missing)
        raise DomainError(_l("A published course cannot be without: %(things)s.", things=things))
    check_required(required_drafts)


def check_required(drafts: Sequence[str]) -> None:
    """A course that people can see must not require one that they cannot take."""
    if drafts:
        codes = ", ".join(drafts)
        message = _l("It requires a course that is still a draft: %(codes)s. Publish that one first.", codes=codes)
        raise DomainError(message, "prerequisite_ids")


def decide_to_retire(status: CourseStatus) -> None:
    """Only what is published can be retired."""
    if status is not CourseStatus.PUBLISHED:
        raise DomainError(_l("Only a published course can be retired."))


def can_delete(status: CourseStatus, *, was_published: bool) -> bool:
    """Only a draft that nobody outside has ever seen may disappear."""
    return status is CourseStatus.DRAFT and not was_published


def decide_to_delete(status: CourseStatus, required_by: Sequence[str], *, was_published: bool) -> None:
    """Raise DomainError unless the course may disappear."""
    if not can_delete(status, was_published=was_published):
        raise DomainError(_l("Only a draft that was never published can be deleted. Retire the course instead."))
    if required_by:
        codes = ", ".join(required_by)
        raise DomainError(_l("It cannot be deleted: it is required before %(codes)s. Change that first.", codes=codes))


def find_circle(course_id: int, wanted: Iterable[int], requires: Mapping[int, Iterable[int]]) -> list[int] | None:
    """The way from the course through what it would require back to itself, None when there is none."""
    came_from: dict[int, int] = {}
    waiting = [(course_id, required) for required in sorted(wanted)]
    while waiting:
        origin, current = waiting.pop(0)
        if current == course_id:
            return trace(course_id, origin, came_from)
        if current not in came_from:
            came_from[current] = origin
            waiting += [(current, required) for required in sorted(requires.get(current, ()))]
    return None


def trace(course_id: int, last: int, came_from: Mapping[int, int]) -> list[int]:
    way = [course_id]
    while last != course_id:
        way.append(last)
        last = came_from[last]
    return [course_id, *reversed(way[1:]), course_id]


def check_prerequisites(
    course_id: int, wanted: Iterable[int], requires: Mapping[int, Iterable[int]], codes: Mapping[int, str]
) -> None:
    """Raise DomainError, which names the way, when the course would in the end require itself."""
    if circle := find_circle(course_id, wanted, requires):
        way = " → ".join(codes[step] for step in circle)
        raise DomainError(_l("The course would in the end require itself: %(way)s.", way=way), "prerequisite_ids")


def check_topic(code: str, name_en: str) -> None:
    """Raise DomainError unless a topic has a usable code and an English name."""
    if not TOPIC_CODE.fullmatch(code):
        raise DomainError(_l("Use small Latin letters, digits and hyphens, as in risk-management."), "code")
    if not name_en.strip():
        raise DomainError(_l("The English name is needed: it is shown wherever a translation is lacking."), "name_en")


def search_key_of(details: CourseDetails, topic_names: Iterable[str | None]) -> str:
    """What a course is found by: its code, titles, summaries and topics in both languages."""
    texts = (details.title_en, details.title_ru, details.summary_en, details.summary_ru)
    return search_key(details.code, *texts, *sorted(filter(None, topic_names)))


def sort_keys_of(details: CourseDetails) -> tuple[str, str]:
    """The places of a course in the English and in the Russian list."""
    english = sort_key(details.title_en)[:SORT_KEY_LENGTH]
    return english, sort_key(details.title_ru or details.title_en)[:SORT_KEY_LENGTH]


def completion_sentence(attendance_percent: int | None, result_required: bool, pass_score: int | None) -> str:
    """The rule of completion in a sentence."""
    if attendance_percent == WHOLE:
        return sentence_of_whole_attendance(result_required, pass_score)
    if not result_required:
        return _("To complete it: attend at least %(percent)s%% of the planned hours.", percent=attendance_percent)
    if attendance_percent is None:
        if pass_score is None:
            return _("To complete it: pass the assessment.")
        return _("To complete it: pass the assessment with at least %(score)s out of 100.", score=pass_score)
    if pass_score is None:
        return _(
            "To complete it: attend at least %(percent)s%% of the planned hours and pass the assessment.",
            percent=attendance_percent,
        )
    return _(
        "To complete it: attend at least %(percent)s%% of the planned hours and pass the assessment "
        "with at least %(score)s out of 100.",
        percent=attendance_percent,
        score=pass_score,
    )


def sentence_of_whole_attendance(result_required: bool, pass_score: int | None) -> str:
    """The same where nobody may miss anything."""
    if not result_required:
        return _("To complete it: attend all planned hours.")
    if pass_score is None:
        return _("To complete it: attend all planned hours and pass the assessment.")
    return _(
        "To complete it: attend all planned hours and pass the assessment with at least %(score)s out of 100.",
        score=pass_score,
    )


def validity_sentence(validity_months: int | None) -> str:
    """How long what was learnt counts."""
    if validity_months is None:
        return _("Once completed, it stays valid.")
    return _n(
        "Once completed, it is valid for %(num)s month.",
        "Once completed, it is valid for %(num)s months.",
        validity_months,
    )
