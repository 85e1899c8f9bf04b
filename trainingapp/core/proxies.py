"""Whom to believe about the visitor's address: as many proxies as PROXY_COUNT says, and noticing when it is wrong."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from trainingapp.core.clock import utc_now
from trainingapp.core.db import db
from trainingapp.core.notes import find_note, note

NAME = "proxies"
SAID = "trainingapp.proxies_said"


class Misfit(StrEnum):
    """How PROXY_COUNT is wrong."""

    MORE = "more"  # there is a proxy that is not counted: all visitors seem to have its address
    FEWER = "fewer"  # there are not as many: a visitor can make up an address

    @property
    def counts_too_few(self) -> bool:
        return self is Misfit.MORE

    @property
    def counts_too_many(self) -> bool:
        return self is Misfit.FEWER


def misfit_of(count: int, hops: int, sender: str) -> Misfit | None:
    """What a request says about the number of proxies: ``hops`` addresses came with it, and ``sender`` handed it to us.

    A stranger can send any header. So nothing is concluded from one that comes straight from the internet.
    """
    from_outside = is_public(sender)
    if count == 0:
        return Misfit.MORE if hops and not from_outside else None
    return Misfit.FEWER if hops < count and (hops or from_outside) else None


def is_public(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def setup_proxies(app: Flask) -> None:
    """Believe them about address and scheme, and notice when there are more or fewer."""
    if count := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(notice_misfit)


def notice_misfit() -> None:
    """Write it into the log and remember it, once in a process: a page never fails for it."""
    count: int = current_app.config["PROXY_COUNT"]
    found = None if SAID in current_app.extensions else misfit_of(count, hops_of_request(), sender_of_request())
    if found is None:
        return
    current_app.extensions[SAID] = True
    current_app.logger.warning("PROXY_COUNT is %s, but there are %s reverse proxies in front", count, found)
    try:
        note(NAME, f"{count} {found}", now=utc_now())
    except SQLAlchemyError:
        db.session.rollback()


def hops_of_request() -> int:
    """How many addresses the proxies in front have written down."""
    written = ",".join(request.headers.getlist("X-Forwarded-For") or request.headers.getlist("Forwarded"))
    return len([part for part in written.split(",") if part.strip()])


def sender_of_request() -> str:
    """The address that the request came from, before any proxy was believed."""
    original = request.environ.get("werkzeug.proxy_fix.orig", {})
    return str(original.get("REMOTE_ADDR") or request.environ.get("REMOTE_ADDR") or "")


def find_misfit() -> Misfit | None:
    """How the present PROXY_COUNT was found to be wrong, on any machine that serves the office."""
    remembered = find_note(NAME)
    count, _, found = remembered.value.partition(" ") if remembered else ("", "", "")
    return Misfit(found) if count == str(current_app.config["PROXY_COUNT"]) else None
