"""What somebody sees when a page cannot be given: what happened, why, and what next. Never a trace."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain

from flask import Flask, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, NoResultFound, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from trainingapp.core.db import db
from trainingapp.core.errors import DomainError, NotInTime, TooManyAttempts
from trainingapp.core.i18n import StrOrLazy, _
from trainingapp.core.web import came_from, safe_next

LARGEST_ID = 2**31 - 1
RETRY_AFTER = 5  # seconds
REFUSED_WITH: dict[type[DomainError], int] = {TooManyAttempts: 429, NotInTime: 503}
WITHOUT_DATABASE = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Something went wrong on our side</title></head>
  <body>
    <h1>Something went wrong on our side</h1>
    <p>Nothing was changed. Please try again in a few minutes.</p>
    <p lang="ru">На нашей стороне произошла ошибка. Ничего не изменилось. Попробуйте ещё раз через несколько минут.</p>
  </body>
</html>
"""


class RowId(IntegerConverter):
    """Numbers in addresses: those that both engines can look up, so that a huge one is simply not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def explanation(status: int) -> tuple[str, str]:
    """A title and a sentence for a status code."""
    match status:
        case 401 | 403:
            return _("You may not see this page"), _(
                "It belongs to another role or to another person. If you need it, write to the office."
            )
        case 404:
            return _("There is no such page"), _(
                "The address may be mistyped, or what it showed is no longer there. The catalogue may help."
            )
        case 405:
            return _("This cannot be done from here"), _("Please go back and use the buttons of the page.")
        case 408:
            return _("This came too slowly"), _(
                "Nothing was changed. Please check your connection, go back and send it again."
            )
        case 413:
            return _("This is too large"), _("Please send a smaller file or less text, then try again.")
        case 429:
            return _("Too many attempts"), _("Please wait a little, then try again.")
        case status if status >= 500:
            return _("Something went wrong on our side"), _(
                "Nothing was changed. Please try again; if it happens again, tell the office when it happened."
            )
    return _("This could not be understood"), _("Please go back, check what you entered and try again.")


def page(status: int, title: str, sentence: StrOrLazy) -> Response:
    html = render_template("errors/error.html", status=status, title=title, sentence=sentence, back=came_from())
    return make_response(html, status)


def page_of_failure(status: int) -> Response:
    """The page for a fault of ours. Where even the reader is not known, because the database is gone, a plain one."""
    try:
        db.session.rollback()
        return page(status, *explanation(status))
    except SQLAlchemyError:
        return make_response(WITHOUT_DATABASE, status)


def on_http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status == HTTPStatus.UNAUTHORIZED:
        target = safe_next(request.full_path.rstrip("?")) if request.method == "GET" else came_from()
        return redirect(url_for("accounts.sign_in", next=target))
    return page(status, *explanation(status)) if status < HTTPStatus.INTERNAL_SERVER_ERROR else page_of_failure(status)


def on_csrf_error(_error: CSRFError) -> Response:
    sentence = _(
        "The page was open for too long, or was opened before you signed in. Go back, reload it and try again."
    )
    return page(400, _("This page has expired"), sentence)


def on_refusal(error: DomainError) -> Response:
    status = REFUSED_WITH.get(type(error), 409)
    return page(status, _("This was not done"), error.message)


def on_bad_value(_error: Exception) -> Response:
    db.session.rollback()
    return page(400, *explanation(400))


def on_missing_row(_error: Exception) -> Response:
    return page(404, *explanation(404))


def on_busy_database(error: OperationalError) -> Response:
    """It is out of reach, or two changes were in each other's way: the same may work in a moment."""
    current_app.logger.error("the database does not answer", exc_info=error)
    response = page_of_failure(503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def refuse_unreadable() -> None:
    """No database keeps a zero byte in a text: whoever sends one is not a person at a form."""
    if any("\0" in text for text in texts_sent()):
        abort(400)


def texts_sent() -> Iterator[str]:
    """Every text in the request that may come to be kept or looked for."""
    yield request.path
    yield from chain.from_iterable(request.args.listvalues())
    yield from chain.from_iterable(request.form.listvalues())
    yield from (file.filename or "" for file in chain.from_iterable(request.files.listvalues()))


def setup_error_pages(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
    app.before_request(refuse_unreadable)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(DomainError, on_refusal)
    app.register_error_handler(DataError, on_bad_value)
    app.register_error_handler(OperationalError, on_busy_database)
    app.register_error_handler(NoResultFound, on_missing_row)
