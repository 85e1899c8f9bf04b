"""Addresses for those who are not looking at a page: in letters, on documents, on the machine's console."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app


def absolute(endpoint: str, **values: object) -> str:
    """The whole address of a page, as PUBLIC_URL has it. Needs no request."""
    public = urlsplit(current_app.config["PUBLIC_URL"])
    pages = current_app.url_map.bind(public.netloc, script_name=public.path or "/", url_scheme=public.scheme)
    return pages.build(endpoint, values, force_external=True)
