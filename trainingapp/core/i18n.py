"""Two languages: the interface's, the content's, and the reader's choice between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import NullTranslations

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError
from babel.support import Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel.speaklater import LazyString
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from trainingapp.core.catalogue import TRANSLATIONS
from trainingapp.core.text import nested_quotes

SPOKEN: ContextVar[str | None] = ContextVar("the language that is spoken", default=None)


@cache
def translations(language: str) -> NullTranslations:
    """The texts of the interface in that language, read once."""
    return Translations.load(TRANSLATIONS, [language])


@lru_cache(maxsize=8192)
def text_in(language: str, text: str) -> str:
    return nested_quotes(translations(language).gettext(text))


@lru_cache(maxsize=8192)
def markup_in(language: str, text: str) -> Markup:
    return Markup(nested_quotes(translations(language).gettext(text) % {}))


def _(text: str, /, **values: object) -> str:
    """The text in the reader's language, with what is inserted in the quotation marks of its place."""
    language = current_language()
    return nested_quotes(translations(language).gettext(text) % values) if values else text_in(language, text)


def _n(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The same for a text with a number."""
    text = translations(current_language()).ngettext(singular, plural, num)
    return nested_quotes(text % {"num": num, **values})


def _p(context: str, text: str, /, **values: object) -> str:
    """A text that is the same in English, and is translated according to its context."""
    found = translations(current_language()).pgettext(context, text)
    return nested_quotes(found % values if values else found)


class LazyText(LazyString):
    """A text that is translated where it is shown, and escaped there: what people typed may stand in it."""

    @property
    def parts(self) -> tuple[tuple[object, ...], dict[str, object]]:
        """What it is made of: the text, or its two forms with a number, and the values that are inserted."""
        return self._args, self._kwargs

    def __html__(self) -> str:
        return str(escape(str(self)))


StrOrLazy = str | LazyText  # what is shown to people: ready, or translated where it is shown


def _l(text: str, /, **values: object) -> LazyText:
    """The text in the language of whoever will read it."""
    return LazyText(_, text, **values)


def _ln(singular: str, plural: str, num: int, /, **values: object) -> LazyText:
    """The same for a text with a number."""
    return LazyText(_n, singular, plural, num, **values)


def as_lazy_text(text: Sequence[object], values: dict[str, object]) -> LazyText:
    """The text with these ``parts``."""
    return LazyText(_ if len(text) == 1 else _n, *text, **values)


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
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def current_language() -> str:
    """The language that is spoken here and now: "en" or "ru"."""
    return SPOKEN.get() or language_of_reader()


def language_of_reader() -> str:
    """The language that the reader of this request is found to want; it is spoken until the request ends."""
    if not has_request_context():
        return "en"
    language = select_language()
    g.spoken = SPOKEN.set(language)
    return language


def fall_silent(_error: BaseException | None) -> None:
    if "spoken" in g:
        SPOKEN.reset(g.pop("spoken"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak that language inside the block, whoever is reading: for letters and documents."""
    token = SPOKEN.set(language)
    try:
        yield
    finally:
        SPOKEN.reset(token)


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


def speaks(column: sa.ColumnElement[object], code: str) -> sa.ColumnElement[bool]:
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


@pass_eval_context
def text_of_template(evaluation: EvalContext, text: str, /, **values: object) -> str:
    """A template's ``_``: safe in pages, whose values are escaped, plain text in letters."""
    if evaluation.autoescape and not values:
        return markup_in(current_language(), text)
    return finished(evaluation, translations(current_language()).gettext(text), values)


@pass_eval_context
def numbered_text_of_template(
    evaluation: EvalContext, singular: str, plural: str, num: int, /, **values: object
) -> str:
    """A template's ``ngettext``."""
    text = translations(current_language()).ngettext(singular, plural, num)
    return finished(evaluation, text, {"num": num, **values})


def finished(evaluation: EvalContext, text: str, values: dict[str, object]) -> str:
    kind = Markup if evaluation.autoescape else str
    return kind(nested_quotes(kind(text) % values))


def setup_i18n(app: Flask) -> None:
    """Pages and letters speak the reader's language, with quotation marks inside quotation marks set apart."""
    app.teardown_request(fall_silent)
    app.jinja_env.globals.update(_=text_of_template, ngettext=numbered_text_of_template)
