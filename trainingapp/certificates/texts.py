"""The words on the paper, in both languages.

A certificate speaks English and Russian at once, whatever its reader's setting, and the paper and the public page
that vouches for it must say the same: so both take their words from here and not from the interface's catalogue.
The sentences fit women and men alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from babel.units import format_unit

from trainingapp.certificates.models import CertificateKind as Kind
from trainingapp.certificates.rules.issuing import PrintedFields
from trainingapp.core.formats import day_in, days_in
from trainingapp.core.text import nested_quotes

LOCALES = {"en": Locale("en", "GB"), "ru": Locale("ru")}


@dataclass(frozen=True)
class Words:
    """The fixed words of one language."""

    titles: dict[Kind, str]
    introductions: dict[Kind, str]
    statements: dict[Kind, str]
    quotes: tuple[str, str]
    organisation: str
    course: str
    name: str
    duration: str
    dates: str
    place: str
    online: str
    result: str
    session: str
    serial: str
    code: str
    issued: str
    valid: str
    included: str
    issuer: str
    signatory: str
    signature: str
    check: str
    certificate: str
    note: str


WORDS = {
    "en": Words(
        titles={Kind.ATTENDANCE: "Certificate of attendance", Kind.COMPLETION: "Certificate of completion"},
        introductions={Kind.ATTENDANCE: "This is to certify that", Kind.COMPLETION: "This is to certify that"},
        statements={
            Kind.ATTENDANCE: "took part in the course",
            Kind.COMPLETION: "has successfully completed the course",
        },
        quotes=("“", "”"),
        organisation="Organisation",
        course="Course",
        name="Name",
        duration="Duration",
        dates="Dates",
        place="Place",
        online="Online",
        result="Result",
        session="Course session",
        serial="Certificate No.",
        code="Code",
        issued="Issued on",
        valid="Valid until",
        included="{} (included)",
        issuer="Issued by",
        signatory="Signatory",
        signature="Signature",
        check="Check this certificate",
        certificate="Certificate",
        note="Note",
    ),
    "ru": Words(
        titles={
            Kind.ATTENDANCE: "Сертификат участника",
            Kind.COMPLETION: "Сертификат об успешном завершении программы обучения",
        },
        introductions=dict.fromkeys(Kind, "Настоящий сертификат подтверждает, что"),
        statements={
            Kind.ATTENDANCE: "принял(а) участие в обучении по курсу",
            Kind.COMPLETION: "успешно завершил(а) обучение по курсу",
        },
        quotes=("«", "»"),
        organisation="Организация",
        course="Курс",
        name="Имя, отчество, фамилия",
        duration="Продолжительность",
        dates="Даты проведения",
        place="Место проведения",
        online="Онлайн",
        result="Результат",
        session="Код мероприятия",
        serial="Сертификат №",
        code="Код",
        issued="Дата выдачи",
        valid="Действителен по",
        included="{} включительно",
        issuer="Кем выдан",
        signatory="Подписант",
        signature="Подпись",
        check="Проверить сертификат",
        certificate="Сертификат",
        note="Примечание",
    ),
}


def duration(minutes: int, language: str) -> str:
    """A duration in words: "6.5 hours", «21 час», "1 hour 40 minutes"."""
    hours, rest = divmod(minutes, 60)
    if rest in {0, 30}:
        return unit(hours + (0.5 if rest else 0), "duration-hour", language)
    parts = [unit(hours, "duration-hour", language)] if hours else []
    return " ".join([*parts, unit(rest, "duration-minute", language)])


def unit(amount: float, name: str, language: str) -> str:
    return str(format_unit(amount, name, "long", locale=LOCALES[language]))


def course_title(printed: PrintedFields, language: str) -> str:
    """The title in the language's quotation marks."""
    opening, closing = WORDS[language].quotes
    return nested_quotes(opening + printed.text("title", language) + closing)


def facts(printed: PrintedFields, language: str) -> list[tuple[str, str]]:
    """Label and value of the measurable facts of the training."""
    words = WORDS[language]
    rows = [
        (words.duration, duration(printed.hours, language)),
        (words.dates, days_in(language, printed.starts_on, printed.ends_on)),
        (words.place, printed.text("place", language) or words.online),
        (words.result, printed.text("result", language)),
    ]
    return [row for row in rows if row[1]]


def marks(printed: PrintedFields, language: str) -> list[tuple[str, str]]:
    """Label and value of what identifies the certificate."""
    words = WORDS[language]
    rows = [
        (words.serial, printed.serial),
        (words.session, printed.session_code),
        (words.issued, day_in(language, printed.issued_on)),
        (words.valid, words.included.format(day_in(language, printed.valid_until)) if printed.valid_until else ""),
        (words.code, printed.code),
    ]
    return [row for row in rows if row[1]]


def all_fields(printed: PrintedFields, language: str) -> list[tuple[str, str]]:
    """Label and value of everything that the paper shows, for comparing it with the record."""
    words = WORDS[language]
    holder = [
        (words.certificate, words.titles[printed.kind]),
        (words.name, printed.name(language)),
        (words.organisation, printed.text("organisation", language)),
        (words.course, printed.text("title", language)),
    ]
    signature = [printed.text("signatory_name", language), printed.text("signatory_post", language)]
    issuer = [
        (words.issuer, printed.text("issuer", language)),
        (words.signatory, ", ".join(part for part in signature if part)),
        (words.note, printed.text("note", language)),
    ]
    rows = [*holder, *facts(printed, language), *marks(printed, language), *issuer]
    return [row for row in rows if row[1]]
