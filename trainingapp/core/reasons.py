"""Reasons that people choose from a list, with a remark of their own: told to each reader in the reader's language.

A reason is kept as text: the sentence of the list in English, then the remark. Text that begins with no sentence of the
list is a remark alone. See decision record 15.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from markupsafe import Markup, escape

from trainingapp.core.i18n import LANGUAGES, LazyText, _l, current_language, speaking
from trainingapp.core.text import tidy


class Cause(StrEnum):
    """What can be chosen. Its sentence in English is what is stored: only the Russian one may be improved."""

    ILLNESS = "illness"
    DUTY = "duty"
    LEAVE = "leave"
    MISSION = "mission"
    FAMILY = "family"
    OTHER_POST = "other_post"
    NO_TRAVEL = "no_travel"
    FULL = "full"
    TRAINED = "trained"
    OTHER_WORK = "other_work"
    REQUIREMENTS = "requirements"
    LANGUAGE = "language"
    SWITCHED_OFF = "switched_off"
    TRAINER = "trainer"
    TOO_FEW = "too_few"
    NO_TRAINER = "no_trainer"
    NO_ROOM = "no_room"
    OTHER_DATES = "other_dates"
    TRAVEL_STOPPED = "travel_stopped"
    KNOWS = "knows"
    TRAINED_ELSEWHERE = "trained_elsewhere"
    CATCHES_UP = "catches_up"
    ASKED_FOR = "asked_for"
    FREE_PLACES = "free_places"
    LETTER_LATE = "letter_late"
    SUBSTITUTE = "substitute"
    NO_ACCESS = "no_access"
    WRONG_MARK = "wrong_mark"
    SIGNED_SHEET = "signed_sheet"
    EXCUSED_LATER = "excused_later"
    WRONG_RESULT = "wrong_result"
    ASSESSED_AGAIN = "assessed_again"
    OTHER_PERSON = "other_person"
    BY_MISTAKE = "by_mistake"
    ATTENDANCE_CORRECTED = "attendance_corrected"
    RESULT_CORRECTED = "result_corrected"
    NAME_WRONG = "name_wrong"
    NAME_CHANGED = "name_changed"
    DATE_WRONG = "date_wrong"
    COURSE_WRONG = "course_wrong"

    @property
    def sentence(self) -> LazyText:
        return SENTENCES[self]


SENTENCES = {
    Cause.ILLNESS: _l("Illness."),
    Cause.DUTY: _l("Needed at work on these days."),
    Cause.LEAVE: _l("On leave on these days."),
    Cause.MISSION: _l("On a business trip on these days."),
    Cause.FAMILY: _l("Family reasons."),
    Cause.OTHER_POST: _l("A move to another post."),
    Cause.NO_TRAVEL: _l("The trip was not approved."),
    Cause.FULL: _l("There are more candidates than places."),
    Cause.TRAINED: _l("This course or a similar one has already been completed."),
    Cause.OTHER_WORK: _l("The course is for officers who do other work."),
    Cause.REQUIREMENTS: _l("Something that the course requires is still missing."),
    Cause.LANGUAGE: _l("The language of the course is not known well enough."),
    Cause.SWITCHED_OFF: _l("The account is switched off, so the person cannot have a place."),
    Cause.TRAINER: _l("A trainer of a session cannot take part in it."),
    Cause.TOO_FEW: _l("Too few people take part."),
    Cause.NO_TRAINER: _l("The trainer cannot come."),
    Cause.NO_ROOM: _l("The rooms cannot be used."),
    Cause.OTHER_DATES: _l("The course is planned for other dates."),
    Cause.TRAVEL_STOPPED: _l("Travel to the venue is not possible now."),
    Cause.KNOWS: _l("The subject is known from work."),
    Cause.TRAINED_ELSEWHERE: _l("A similar course was completed elsewhere."),
    Cause.CATCHES_UP: _l("What is missing will be completed before the start."),
    Cause.ASKED_FOR: _l("The administration asked for it."),
    Cause.FREE_PLACES: _l("There are free places."),
    Cause.LETTER_LATE: _l("The official letter came late."),
    Cause.SUBSTITUTE: _l("In place of a colleague who cannot take part."),
    Cause.NO_ACCESS: _l("The administration could not use the system in time."),
    Cause.WRONG_MARK: _l("The wrong mark was chosen."),
    Cause.SIGNED_SHEET: _l("The signed sheet shows it."),
    Cause.EXCUSED_LATER: _l("The excuse was accepted later."),
    Cause.WRONG_RESULT: _l("The wrong result was entered."),
    Cause.ASSESSED_AGAIN: _l("The work was assessed again."),
    Cause.OTHER_PERSON: _l("It was meant for another person."),
    Cause.BY_MISTAKE: _l("It was recorded by mistake."),
    Cause.ATTENDANCE_CORRECTED: _l("The attendance was corrected."),
    Cause.RESULT_CORRECTED: _l("The result was corrected."),
    Cause.NAME_WRONG: _l("A name was printed with a mistake."),
    Cause.NAME_CHANGED: _l("The person has a new name."),
    Cause.DATE_WRONG: _l("A date was wrong."),
    Cause.COURSE_WRONG: _l("The course was described with a mistake."),
}
OF_LEAVING = (
    Cause.ILLNESS,
    Cause.DUTY,
    Cause.LEAVE,
    Cause.MISSION,
    Cause.FAMILY,
    Cause.OTHER_POST,
    Cause.NO_TRAVEL,
)
OF_DECLINING = (Cause.FULL, Cause.TRAINED, Cause.OTHER_WORK, Cause.REQUIREMENTS, Cause.LANGUAGE)
OF_CANCELLING = (Cause.TOO_FEW, Cause.NO_TRAINER, Cause.NO_ROOM, Cause.OTHER_DATES, Cause.TRAVEL_STOPPED)
OF_EXCEPTIONS = (Cause.KNOWS, Cause.TRAINED_ELSEWHERE, Cause.CATCHES_UP, Cause.ASKED_FOR, Cause.FREE_PLACES)
OF_NAMING_LATE = (Cause.LETTER_LATE, Cause.SUBSTITUTE, Cause.NO_ACCESS, Cause.ASKED_FOR, Cause.FREE_PLACES)
OF_MARKS = (Cause.WRONG_MARK, Cause.SIGNED_SHEET, Cause.EXCUSED_LATER, Cause.OTHER_PERSON)
OF_RESULTS = (Cause.WRONG_RESULT, Cause.ASSESSED_AGAIN, Cause.OTHER_PERSON)
OF_COMPLETIONS = (Cause.BY_MISTAKE, Cause.ATTENDANCE_CORRECTED, Cause.RESULT_CORRECTED, Cause.OTHER_PERSON)
OF_CERTIFICATES = (Cause.NAME_WRONG, Cause.NAME_CHANGED, Cause.DATE_WRONG, Cause.COURSE_WRONG)


@dataclass(frozen=True)
class Told:
    """A reason as the reader meets it: ``str()`` in letters and lists; on pages with the language of the remark."""

    cause: Cause | None
    remark: str

    def __str__(self) -> str:
        return f"{self.cause.sentence if self.cause else ''} {self.remark}".strip()

    def __bool__(self) -> bool:
        return bool(self.cause or self.remark)

    def __html__(self) -> str:
        language = language_of(self.remark)
        is_foreign = language is not None and language != current_language()
        remark = Markup('<span lang="{}">{}</span>').format(language, self.remark) if is_foreign else self.remark
        return str(Markup("{} {}").format(self.cause.sentence if self.cause else "", remark)).strip()

    def ended(self) -> Told:
        """The same as a sentence that another can follow."""
        is_open = self.remark and not self.remark.endswith((".", "!", "?", "…"))
        return replace(self, remark=self.remark + "." * bool(is_open))

    def cut(self, longest: int) -> Told:
        """The same with at most so many characters of the remark."""
        is_long = len(self.remark) > longest
        return replace(self, remark=self.remark[:longest].rstrip() + "…") if is_long else self


class Marked(str):
    """A text with reasons in it. Templates show its ``html``, where the language of what people typed is marked."""

    html: Markup

    def __html__(self) -> str:
        return str(self.html)


def marked(text: str, values: object) -> Marked:
    """``text % values``, in which a value may be ``Told``."""
    found = Marked(text % values)
    found.html = escape(text) % values
    return found


def joined(parts: Iterable[str], between: str = " ") -> Marked:
    """The texts as one; those that are ``Marked`` stay so."""
    several = list(parts)
    found = Marked(between.join(several))
    found.html = escape(between).join(several)
    return found


def told(text: str | None) -> Told:
    """The stored text, ready to be told. What somebody typed as it is in the list counts as chosen from it."""
    text = (text or "").strip()
    chosen = chosen_sentence().match(text)
    if not chosen:
        return Told(None, text)
    return Told(known_sentences()[chosen[0]], text[chosen.end() :].strip())


def typed(text: str | None) -> Told:
    """A text that is no reason, such as a comment: with its language."""
    return Told(None, (text or "").strip())


def to_keep(cause: str | None, remark: str | None = None) -> str | None:
    """What is stored of a chosen cause and a remark; None of neither."""
    sentence = sentences_in("en")[Cause(cause)] if cause else ""
    return f"{sentence} {tidy(remark)}".strip() or None


def as_kept(text: str | None) -> str | None:
    """A typed reason as it is stored: with the sentence of the list in English, whatever language it was taken from."""
    known = told(text)
    return to_keep(known.cause, known.remark)


def language_of(text: str) -> str | None:
    """The language that somebody typed, by its letters: "ru" for mostly Cyrillic ones, else "en"; None without any."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return None
    return "ru" if sum("Ѐ" <= letter <= "ӿ" for letter in letters) * 2 > len(letters) else "en"


@cache
def sentences_in(language: str) -> dict[Cause, str]:
    with speaking(language):
        return {cause: str(cause.sentence) for cause in Cause}


@cache
def known_sentences() -> dict[str, Cause]:
    """The sentences of the list in both languages."""
    return {sentence: cause for language in LANGUAGES for cause, sentence in sentences_in(language).items()}


@cache
def chosen_sentence() -> re.Pattern[str]:
    """Finds a sentence of the list at the beginning of a text, in one look whatever the length of the list."""
    return re.compile(f"(?:{'|'.join(map(re.escape, known_sentences()))})(?= |\\Z)")
