"""The web side that features share: forms that take refusals, pages of a list, safe redirects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import g, get_flashed_messages, redirect, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, FileField, IntegerField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Length

from trainingapp.core.db import Row, Select, db
from trainingapp.core.errors import DomainError, Problem
from trainingapp.core.i18n import LazyText, StrOrLazy, _, _l
from trainingapp.core.reasons import Cause, to_keep, told
from trainingapp.core.text import tidy

EVERYTHING = object()  # is told
PAGE_SIZE = 50
MAX_PAGE = 1_000_000
LARGEST_NUMBER = 2**31 - 1

Validator = Callable[[FlaskForm, Field], None]


class BaseForm(FlaskForm):
    """Flask-WTF's form, and one method that puts a refusal where it belongs."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: BaseForm, formdata: object) -> MultiDict[str, Any] | None:
            """What the browser sent: files to the fields for files, text to the others, and nothing that is no form."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            wanted = [name for name in request.files if isinstance(form._fields.get(name), FileField)]
            files = MultiDict((name, file) for name in wanted for file in request.files.getlist(name))
            return CombinedMultiDict([files, request.form])

    def validate(self, extra_validators: object = None) -> bool:
        """Each field for itself; where they are all right, the form's :meth:`problems`, all at once."""
        if not super().validate(extra_validators):
            return False
        problems = list(self.problems())
        for problem in problems:
            self.show(problem)
        return not problems

    def problems(self) -> Iterable[Problem]:
        """What is wrong by the rules with what was entered, although each field is right for itself."""
        return ()

    def blame(self, error: DomainError) -> None:
        """Show each problem of a refusal where it belongs."""
        for problem in error.problems:
            self.show(problem)

    def show(self, problem: Problem) -> None:
        """Next to the field that it belongs to, or above the form."""
        field = self._fields.get(problem.field) if problem.field else None
        if field is None:
            self.form_errors.append(problem.sentence)
        else:
            field.errors = [*field.errors, problem.sentence]

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """What is refused inside is shown at the form, and what comes after it inside is left out."""
        try:
            yield
        except DomainError as error:
            self.blame(error)

    @property
    def status(self) -> int:
        """422 for a form that is shown again because of what was in it, else 200."""
        return 422 if self.is_submitted() else 200


def strip(value: object) -> object:
    """A WTForms filter: text without surrounding spaces, nothing for an empty one."""
    return (value.strip() or None) if isinstance(value, str) else value


def one_line(value: object) -> object:
    """A WTForms filter: text on one line, without doubled spaces, nothing for an empty one."""
    return (tidy(value) or None) if isinstance(value, str) else value


def capitals(value: object) -> object:
    """A WTForms filter: text in capital letters."""
    return value.upper() if isinstance(value, str) else value


def choices_of(pairs: Iterable[tuple[object, StrOrLazy]]) -> list[SelectChoice]:
    """Choices of a field, from their values and what people read."""
    return [SelectChoice(value, text) for value, text in pairs]


def remark_area(label: LazyText | None = None) -> TextAreaField:
    """The field for a remark beside a cause of the list."""
    return TextAreaField(
        _l("Remark") if label is None else label,
        [Length(max=1000, message=_l("Please use at most 1,000 characters."))],
        filters=[strip],
        description=_l("It is shown as you write it. The reason from the list is shown in the reader’s language."),
    )


class CauseForm(BaseForm):
    """A form that asks why: a cause of the list, a remark in the field that ``remark_in`` names, or both.

    With the text ``needed``, one of them has to be given. What is ``given`` is the reason as it is kept.
    """

    causes: tuple[Cause, ...] = ()
    needed: LazyText | None = None
    remark_in = "reason"
    cause = SelectField(_l("Reason"), default="")

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        listed = [(one.value, one.sentence) for one in self.causes]
        self.cause.choices = [("", _("Choose a reason or write one")), *listed]
        self.cause.id = self.cause.label.field_id = f"{self.remark_in}-cause"

    def validate(self, extra_validators: object = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        if self.needed and self.remark_in in self and not self.given:
            self[self.remark_in].errors = [*self[self.remark_in].errors, self.needed]
            return False
        return is_valid

    @property
    def given(self) -> str | None:
        if self.remark_in not in self:
            return None
        return to_keep(self.cause.data if self.cause.data in self.causes else None, self[self.remark_in].data)

    def prefill(self, text: str | None) -> None:
        """Show a reason that was given before."""
        known = told(text)
        if known.cause in self.causes:
            self.cause.data, self[self.remark_in].data = known.cause, known.remark
        else:
            self[self.remark_in].data = str(known)


class ReasonForm(CauseForm):
    """Why, and nothing else."""

    reason = remark_area()


class OptionalSelection:
    """A WTForms filter for SelectField(coerce=...): the empty choice is None."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    def __call__(self, value: str | None) -> object:
        return None if value in (None, "") else self.kind(value)


class NumberField(IntegerField):
    """A whole number. One that breaks WTForms' own checks is taken for the largest that fits a column: out of range."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = max(-LARGEST_NUMBER, min(self.data, LARGEST_NUMBER))


class LineField(TextAreaField):
    """One line of text that may be longer than a phone is wide: shown whole, with line breaks read as spaces."""

    data: str | None

    def __init__(self, label: LazyText | None = None, validators: Iterable[Validator] = (), **options: object) -> None:
        super().__init__(label, validators, **{"render_kw": {"rows": 2}, **options})

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = tidy(self.data or "") or None


@dataclass(frozen=True)
class Page:
    """One page of a list of rows."""

    rows: list[Row]
    page: int
    pages: int
    total: int


def page_number() -> int:
    """The page that was asked for: 1 for anything that is none."""
    asked = request.args.get("page", default=1, type=int) or 1
    return min(max(asked, 1), MAX_PAGE)


def paged(statement: Select, page: int, size: int = PAGE_SIZE) -> Page:
    """That page of the rows, counted in one query and read in a second one."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, math.ceil(total / size))
    page = min(page, pages)
    rows = db.session.execute(statement.limit(size).offset((page - 1) * size)).all()
    return Page(list(rows), page, pages, total)


def safe_next(target: str | None) -> str | None:
    """The address when it is one of our own pages, else None: never a way to another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 32 for character in target) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def came_from() -> str | None:
    """The page of ours that the reader was on, to go back to."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else "")) if parts.netloc == request.host else None


def this_page() -> str:
    """The address that shows this page again: for an action without a page of its own, where the reader came from."""
    has_a_page = request.url_rule is None or "GET" in (request.url_rule.methods or ())
    if has_a_page:
        return request.full_path
    return came_from() or "/"


def redirect_back(endpoint: str, **values: Any) -> Response:
    """To the page named ``next`` in the form when it is ours, else to the endpoint. 303: the next request is a GET."""
    target = safe_next(request.form.get("next")) or url_for(endpoint, **values)
    return redirect(target, 303)


def see_other(endpoint: str, anchor: str | None = None, **values: Any) -> Response:
    """To the page of the endpoint: to its part with the id ``anchor``, where what was flashed is told then."""
    url = url_for(endpoint, **values)
    if anchor is not None:
        session["told_at"] = [urlsplit(url).path, anchor]
    return redirect(f"{url}#{anchor}" if anchor else url, 303)


def messages_at(anchor: str | None = None) -> list[tuple[str, str]]:
    """What is to be told at this part of the page, with its category; without an anchor: above the whole page. Once."""
    if "told_at" not in g:
        path, wanted = session.pop("told_at", None) or (None, None)
        g.told_at = wanted if path == request.path else None
    if g.told_at is EVERYTHING or g.told_at != anchor:
        return []
    g.told_at = EVERYTHING
    return get_flashed_messages(with_categories=True)  # type: ignore[return-value]


def messages_left() -> list[tuple[str, str]]:
    """At the end of a page: what no part of it has told, because none has that id."""
    return messages_at(g.told_at)


def uploaded(field: Field) -> tuple[bytes, str] | None:
    """The bytes and the name of an uploaded file, None when there is none."""
    storage = field.data
    if not storage or not getattr(storage, "filename", ""):
        return None
    return storage.read(), storage.filename


def note_after(event: object) -> None:
    """Have the event published once the page is made: for what changes nothing, but is to stand in the log."""
    g.setdefault("noted", []).append(event)
