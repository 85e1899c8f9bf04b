"""Addresses outside of pages, in letters and on the machine's console; and which links lead up the ladder."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

COURSES = "the catalogue as everyone reads it tells of sessions and places, and whoever names a course leads there"
OWN_PAGE = "what has happened is shown on the page where its reader lands"
FRAME = "the frame of every page offers it to everyone"
ABOVE = {  # what pages and letters of features below may name although it stands above them, and why
    "desk.home": FRAME,
    "accounts.profile": FRAME,
    "accounts.set_language": FRAME,
    "accounts.sign_in": FRAME,
    "accounts.sign_out": FRAME,
    "certificates.verify": FRAME,
    "mail.my_letters": FRAME,
    "records.my_record": FRAME,
    "records.record": "a person's page leads to what the person has learnt",
    "courses.course": COURSES,
    "courses.index": COURSES,
    "desk.landing": OWN_PAGE,
    "desk.my_administration": OWN_PAGE,
    "desk.my_training": OWN_PAGE,
    "desk.today": OWN_PAGE,
    "scheduling.session": "the macro for a line of a list of sessions is common to all",
    "enrolment.enrol": "the page of a session is where people ask for a place",
    "enrolment.history": "the page of a session says where its reader stands",
    "enrolment/parts.html": "the page of a session says where its reader stands",
}


def absolute(endpoint: str, **values: object) -> str:
    """The whole address of a page, as PUBLIC_URL has it. Needs no request."""
    public = urlsplit(current_app.config["PUBLIC_URL"])
    pages = current_app.url_map.bind(public.netloc, script_name=public.path or "/", url_scheme=public.scheme)
    return pages.build(endpoint, values, force_external=True)
