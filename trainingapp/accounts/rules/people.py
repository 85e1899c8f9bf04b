"""What the office must know about a person, and how it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from email_validator import EmailNotValidError, validate_email

from trainingapp.accounts.models import Sex
from trainingapp.core.clock import zone_names
from trainingapp.core.errors import DomainError, Problem, refuse_if
from trainingapp.core.i18n import LANGUAGES, LazyText, _l
from trainingapp.core.latin import in_latin
from trainingapp.core.names import NAME_FIELDS, PersonName
from trainingapp.core.text import search_key, sort_key, tidy

LENGTHS = {
    "email": 254,
    "given_name": 100,
    "family_name": 100,
    "patronymic": 100,
    "given_name_latin": 100,
    "family_name_latin": 100,
    "given_name_ru": 100,
    "family_name_ru": 100,
    "patronymic_ru": 100,
    "post": 200,
}
SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "GEORGIAN", "ARMENIAN", "HEBREW"}
ENDINGS = {
    Sex.FEMALE: re.compile(r"([вчш]на|[кқг][ыиі]з[ыиі]|[oe][vw]na|[kqg][ıiy]z[ıiy])$", re.IGNORECASE),
    Sex.MALE: re.compile(
        r"(ич|огл[ыуи]|уулу|[уұ]лы|[oe][vw]i(ch|ç|č)|ogl[uyı]|oğlu|o.?g.?li|ugli|uulu|uly|ulı)$",
        re.IGNORECASE,
    ),
}
JOINERS = " .-‐‑–'’‘ʼʻ`´"
EMAIL_TAKEN = _l("Somebody with this e-mail address is already in the list.")


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """What is entered about a person. Names are content; the Latin spelling is that of the passport."""

    email: str
    family_name: str
    given_name: str
    patronymic: str | None = None
    family_name_latin: str = ""
    given_name_latin: str = ""
    family_name_ru: str | None = None
    given_name_ru: str | None = None
    patronymic_ru: str | None = None
    sex: Sex | None = None
    post: str | None = None
    language: str = "en"
    time_zone: str = "UTC"

    @property
    def name(self) -> PersonName:
        return PersonName(*(getattr(self, field) for field in NAME_FIELDS))


def without_marks(text: str | None) -> str:
    """The text without the invisible marks that come along when it is copied, and without needless spaces."""
    return tidy("".join(c for c in text or "" if unicodedata.category(c) != "Cf"))


def normal_email(text: str) -> str:
    """The address as it is kept: small letters, the domain as the wire has it. Raises DomainError."""
    try:
        found = validate_email(without_marks(text), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise DomainError(_l("This is not an e-mail address."), "email") from error
    return (found.ascii_email or "").lower()


def tidied(details: PersonDetails) -> PersonDetails:
    """The same without needless spaces; a Latin spelling is suggested where none was entered."""
    family, given = without_marks(details.family_name), without_marks(details.given_name)
    try:
        email = normal_email(details.email)
    except DomainError:
        email = without_marks(details.email).lower()
    return replace(
        details,
        email=email,
        family_name=family,
        given_name=given,
        patronymic=without_marks(details.patronymic) or None,
        family_name_latin=without_marks(details.family_name_latin) or in_latin(family)[:100],
        given_name_latin=without_marks(details.given_name_latin) or in_latin(given)[:100],
        family_name_ru=without_marks(details.family_name_ru) or None,
        given_name_ru=without_marks(details.given_name_ru) or None,
        patronymic_ru=without_marks(details.patronymic_ru) or None,
        post=without_marks(details.post) or None,
    )


def scripts_of(word: str) -> set[str]:
    """The alphabets that the letters of a word belong to."""
    return {unicodedata.name(c, "").partition(" ")[0] for c in word if c.isalpha()} & SCRIPTS


def in_a_name(character: str) -> bool:
    """Letters with their accents, spaces, hyphens, apostrophes and the full stop; no digits, no brackets."""
    return character in JOINERS or unicodedata.category(character)[0] in "LM"


def name_fault(field: str, text: str) -> LazyText | None:
    """What is wrong with a name, if anything."""
    if not text.isprintable():
        return _l("There are characters in it that cannot be printed.")
    if "?" in text:
        return _l("There is a question mark in place of a lost letter. Type the name again, or save the file as UTF-8.")
    if signs := [c for c in text if not in_a_name(c)]:
        return _l("A name cannot have this sign: %(sign)s", sign=signs[0])
    if not any(c.isalpha() for c in text):
        return _l("A name has letters.")
    if any(len(scripts_of(word)) > 1 for word in text.split()):
        return _l("A word mixes Latin and Cyrillic letters. Type it in one alphabet, or save the file as UTF-8.")
    if field.endswith("_latin") and any(c.isalpha() and "LATIN" not in unicodedata.name(c, "") for c in text):
        return _l("Latin letters only, as in the passport.")
    if field.endswith("_ru") and any(c.isalpha() and "CYRILLIC" not in unicodedata.name(c, "") for c in text):
        return _l("Russian letters only.")
    return None


def missing_problems(details: PersonDetails) -> Iterator[Problem]:
    missing = {
        "email": _l("The e-mail address is missing."),
        "family_name": _l("The family name is missing."),
        "given_name": _l("The given name is missing."),
    }
    for field, sentence in missing.items():
        if not getattr(details, field):
            yield Problem(sentence, field)
    for field in ("family_name", "given_name"):
        if getattr(details, field) and not getattr(details, f"{field}_latin"):
            yield Problem(_l("Please type the name in Latin letters, as in the passport."), f"{field}_latin")
    if details.family_name_ru or details.given_name_ru or details.patronymic_ru:
        yield from half_russian(details)


def sex_told_by(patronymic: str | None) -> Sex | None:
    """What a patronymic tells: «…вна» and «… кызы» are said of women, «…ич» and «… уулу» of men."""
    for sex, ending in ENDINGS.items():
        if ending.search(patronymic or ""):
            return sex
    return None


def half_russian(details: PersonDetails) -> Iterator[Problem]:
    """A Russian spelling is one of the family name and of the given name."""
    missing = {
        "family_name_ru": _l("Please type the family name in Russian too."),
        "given_name_ru": _l("Please type the given name in Russian too."),
    }
    return (Problem(sentence, field) for field, sentence in missing.items() if not getattr(details, field))


def choice_problems(details: PersonDetails) -> Iterator[Problem]:
    if details.language not in LANGUAGES:
        yield Problem(_l("The language must be English or Russian."), "language")
    if details.time_zone not in zone_names():
        yield Problem(_l("There is no time zone of this name."), "time_zone")


def text_problems(details: PersonDetails) -> Iterator[Problem]:
    for field, length in LENGTHS.items():
        text = getattr(details, field)
        if text and len(text) > length:
            yield Problem(_l("This is too long: at most %(length)s characters.", length=length), field)
        elif text and field in NAME_FIELDS and (fault := name_fault(field, text)):
            yield Problem(fault, field)
    if details.post and not details.post.isprintable():
        yield Problem(_l("There are characters in it that cannot be printed."), "post")


def email_problems(details: PersonDetails) -> Sequence[Problem]:
    try:
        normal_email(details.email or "nobody@example.org")
    except DomainError as error:
        return error.problems
    return ()


def person_problems(details: PersonDetails) -> list[Problem]:
    """Everything that is wrong with tidied details."""
    found = [*missing_problems(details), *text_problems(details), *choice_problems(details)]
    blamed = {problem.field for problem in found}
    return found + [problem for problem in email_problems(details) if problem.field not in blamed]


def check_details(details: PersonDetails, only: Collection[str] = ()) -> PersonDetails:
    """The tidied details. Raises DomainError at the first field that is wrong; ``only`` these fields, where given."""
    clean = tidied(details)
    refuse_if([problem for problem in person_problems(clean) if not only or problem.field in only][:1])
    return clean


def place_in_list(details: PersonDetails, language: str) -> str:
    """What the person is sorted by where names are spelled in that language."""
    shown = details.name.within(language)
    return sort_key(shown.family, shown.first)[:400]


def person_keys(details: PersonDetails) -> dict[str, str]:
    """What people are found and sorted by: the names in all spellings and the address; family name first."""
    found_by = search_key(*(getattr(details, field) for field in NAME_FIELDS), details.email)
    return {
        "search_key": found_by[:1000],
        **{f"sort_key_{language}": place_in_list(details, language) for language in LANGUAGES},
    }
