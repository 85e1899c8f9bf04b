"""The main menu, and the tabs of a course session: each feature declares its own, the application gathers them.

A feature's ``menu.py`` may have ``MENU`` and ``TABS``, each in its ``order``, and ``BELONGING``: for an entry of the
menu, by its endpoint, the feature's pages that belong to it. There "records." stands for all pages of the feature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from trainingapp.core.db import Base
from trainingapp.core.i18n import LazyText
from trainingapp.core.permissions import P, can

Pages = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: whoever may do ``needs`` sees it; None is for everyone."""

    order: int
    text: LazyText
    endpoint: str
    icon: str
    needs: P | None = None
    for_visitors: bool = True
    for_members: bool = True

    @property
    def is_offered(self) -> bool:
        welcome = self.for_members if current_user.is_authenticated else self.for_visitors
        return welcome and (self.needs is None or can(self.needs))


@dataclass(frozen=True)
class Tab:
    """One page of a course session: whoever may do ``needs`` with the session sees it; None is for all who see tabs."""

    order: int
    name: str
    text: LazyText
    endpoint: str
    needs: P | None = None


class Menu:
    """Everything that the features of an application have declared."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.tabs: list[Tab] = []
        self.belonging: dict[str, tuple[str, ...]] = {}

    def add(self, entries: Iterable[Entry], tabs: Iterable[Tab], belonging: Pages) -> None:
        self.entries = sorted([*self.entries, *entries], key=lambda entry: entry.order)
        self.tabs = sorted([*self.tabs, *tabs], key=lambda tab: tab.order)
        for endpoint, pages in belonging.items():
            self.belonging[endpoint] = (*self.belonging.get(endpoint, ()), *pages)

    def is_open(self, entry: Entry) -> bool:
        """Whether the reader is on its page, or on one that belongs to it."""
        here = request.endpoint or ""
        pages = (entry.endpoint, *self.belonging.get(entry.endpoint, ()))
        return any(here == page or (page[-1] == "." and here.startswith(page)) for page in pages)


def setup_menu(app: Flask) -> None:
    app.extensions["menu"] = Menu()
    app.jinja_env.globals.update(navigation=navigation, session_page=session_page, session_pages=session_pages)


def gather_menu(app: Flask, module: ModuleType) -> None:
    """Take in what a feature's module declares."""
    menu: Menu = app.extensions["menu"]
    menu.add(getattr(module, "MENU", ()), getattr(module, "TABS", ()), getattr(module, "BELONGING", {}))


def navigation() -> list[dict[str, object]]:
    """The menu's entries that the reader may use; the one that is open is marked, where two could be the first."""
    menu: Menu = current_app.extensions["menu"]
    offered = [entry for entry in menu.entries if entry.is_offered]
    here = next((entry for entry in offered if menu.is_open(entry)), None)
    return [
        {"text": entry.text, "url": url_for(entry.endpoint), "active": entry is here, "icon": entry.icon}
        for entry in offered
    ]


def session_page(name: str, course_session: Base) -> str:
    """The address of a session's page by the name of its tab, for features that do not know whose page it is."""
    menu: Menu = current_app.extensions["menu"]
    endpoint = next(tab.endpoint for tab in menu.tabs if tab.name == name)
    return url_for(endpoint, session_id=course_session.id)


def session_pages(course_session: Base) -> list[tuple[str, LazyText, str]]:
    """The tabs of a session that the reader may open: name, text and address of each."""
    menu: Menu = current_app.extensions["menu"]
    return [
        (tab.name, tab.text, url_for(tab.endpoint, session_id=course_session.id))
        for tab in menu.tabs
        if tab.needs is None or can(tab.needs, course_session)
    ]
