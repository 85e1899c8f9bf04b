"""Two languages: the interface's, the content's, and the reader's choice between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext, ngettext, pgettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from trainingapp.core.text import nested_quotes


def _(text: str, /, **values: object) -> str:
    """The text in the reader's language, with what is inserted in the quotation marks of its place."""
    return nested_quotes(gettext(text, **values))


def _n(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The same for a text with a number."""
    return nested_quotes(ngettext(singular, plural, num, **values))


def _p(context: str, text: str, /, **values: object) -> str:
    """A text that is the same in English, and is translated according to its context."""
    return nested_quotes(pgettext(context, text, **values))


class LazyText(LazyString):
    """A text that is translated where it is shown, and escaped there: what people typed may stand in it."""

    def __html__(self) -> str:
        return str(escape(str(self)))


StrOrLazy = str | LazyText  # what is shown to people: ready, or translated where it is shown


def _l(text: str, /, **values: object) -> LazyText:
    """The text in the language of whoever will read it."""
    return LazyText(_, text, **values)


def _ln(singular: str, plural: str, num: int, /, **values: object) -> LazyText:
    """The same for a text with a number."""
    return LazyText(_n, singular, plural, num, **values)


LANGUAGES = ("en", "ru")
LANGUAGE_NAMES = (("en", "English"), ("ru", "Русский"))
DELIVERY_LANGUAGES = (
    "en",
    "ru",
    "fr",
    "es",
    "de",
    "it",
    "pt",
    "tr",
    "az",
    "kk",
    "ky",
    "tg",
    "tk",
    "uz",
    "uk",
    "ro",
    "sr",
)


def select_language() -> str:
    """The reader's language: own setting, else this browser's choice, else Accept-Language, else English."""
    if not has_request_context():
        return "en"
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def current_language() -> str:
    """The language that is spoken here and now: "en" or "ru"."""
    locale = get_locale()
    return "ru" if locale is not None and locale.language == "ru" else "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak that language inside the block, whoever is reading: for letters and documents."""
    with force_locale(language):
        yield


@dataclass(frozen=True)
class Bilingual:
    """A text in English and, once somebody has translated it, in Russian."""

    en: str | None
    ru: str | None

    def __str__(self) -> str:
        return self.within(current_language())

    def __bool__(self) -> bool:
        return bool(self.en or self.ru)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def within(self, language: str) -> str:
        """The text in that language; in the other where it is lacking."""
        return (self.ru or self.en or "") if language == "ru" else (self.en or self.ru or "")

    @property
    def language(self) -> str:
        """The language in which ``str()`` of it speaks to this reader."""
        wanted = current_language()
        if wanted == "ru":
            return "ru" if self.ru else "en"
        return "en" if self.en else "ru"

    @property
    def lacks_reader_language(self) -> bool:
        return bool(self) and self.language != current_language()


class LanguageSet(TypeDecorator[tuple[str, ...]]):
    """Languages of delivery, as ``,en,ru,`` in the table, so that one can be found with LIKE on both engines."""

    impl = sa.String(100)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if isinstance(value, str):  # a LIKE pattern
            return value
        return f",{','.join(value)}," if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(code for code in (value or "").split(",") if code)


def speaks(column: sa.ColumnElement[Any], code: str) -> sa.ColumnElement[bool]:
    """The condition that a LanguageSet column holds the language."""
    return sa.type_coerce(column, sa.String).like(f"%,{code},%")


@cache
def language_name_in(code: str, reader: str) -> str:
    try:
        name = Locale.parse(code).get_display_name(reader)
    except (UnknownLocaleError, ValueError):
        name = None
    return name or code


def language_name(code: str) -> str:
    """The name of a language, in the reader's: "French", «французский»."""
    return language_name_in(code, current_language())


def setup_i18n(app: Flask) -> None:
    """Pages and letters speak the reader's language, with quotation marks inside quotation marks set apart."""
    Babel(app, locale_selector=select_language)
    names: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext"):
        names[name] = with_nested_quotes(names[name])


def with_nested_quotes(translate: Callable[..., str]) -> Callable[..., str]:
    """A template's gettext whose finished text has the right marks; it stays safe or unsafe as it was."""

    @pass_context
    def translated(context: Context, /, *texts: object, **values: object) -> str:
        text = translate(context, *texts, **values)
        return type(text)(nested_quotes(text))

    return translated
