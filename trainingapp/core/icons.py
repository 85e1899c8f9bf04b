"""The drawings beside texts: 24 × 24, one stroke; never the only carrier of a meaning."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

SHAPES = {
    "distance": (
        '<rect x="3" y="4.5" width="18" height="12" rx="1.5"/><path d="M8.5 20h7M12 16.5V20M10.3 7.9v5.2l4.4-2.6z"/>'
    ),
    "vr": (
        '<path d="M4.5 7h15A1.5 1.5 0 0 1 21 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-3.7l-2.3-3h-3l-2.3 3H4.5A1.5 1.5 0 '
        '0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7z"/>'
        '<path d="M7 11h2.5M14.5 11H17"/>'
    ),
    "practical": (
        '<rect x="3" y="5" width="18" height="14" rx="1"/>'
        '<path d="M12 5v14M7.5 8.5v7M16.5 8.5v7M12 12h1.5M10.5 12H12"/>'
    ),
    "workshop": (
        '<circle cx="8" cy="8" r="2.7"/>'
        '<circle cx="16.5" cy="8.5" r="2.2"/>'
        '<path d="M3 19c0-3.3 2.2-5.2 5-5.2s5 1.9 5 5.2M15.2 14c3 0 5.3 1.7 5.8 5"/>'
    ),
    "add": '<path d="M12 5v14M5 12h14"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "book": (
        '<path d="M4 5.5C6.5 4.3 9.5 4.3 12 6c2.5-1.7 5.5-1.7 8-.5v13c-2.5-1.2-5.5-1.2-8 '
        '.5-2.5-1.7-5.5-1.7-8-.5zM12 6v13"/>'
    ),
    "building": '<path d="M4 20h16M6 20V9m4 11V9m4 11V9m4 11V9M3.5 9h17L12 3.8z"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15" rx="1.5"/><path d="M3.5 9.5h17M8 3v4M16 3v4"/>',
    "certificate": (
        '<path d="M7 15H4.5A1.5 1.5 0 0 1 3 13.5v-8A1.5 1.5 0 0 1 4.5 4h15A1.5 1.5 0 0 1 21 5.5v8a1.5 1.5 0 '
        '0 1-1.5 1.5H17M7 8h10"/>'
        '<circle cx="12" cy="14" r="3"/>'
        '<path d="M10.3 16.5 9.5 21l2.5-1.3 2.5 1.3-.8-4.5"/>'
    ),
    "check": '<path d="M5 12.5 10 17.5 19 7"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "cross": '<path d="M6 6l12 12M18 6 6 18"/>',
    "desk": (
        '<rect x="3.5" y="4" width="7" height="9" rx="1"/>'
        '<rect x="13.5" y="4" width="7" height="5" rx="1"/>'
        '<rect x="13.5" y="12" width="7" height="8" rx="1"/>'
        '<rect x="3.5" y="16" width="7" height="4" rx="1"/>'
    ),
    "down": '<path d="m6 9 6 6 6-6"/>',
    "download": '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 19.5h15"/>',
    "edit": '<path d="m4 20 1-4.5L16 4.5l3.5 3.5-11 11zM13.5 7l3.5 3.5"/>',
    "external": '<path d="M18 13.5V19H5V6h5.5M14 4h6v6M20 4l-9 9"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>',
    "help": '<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5c.3-3 5-3 5 0 0 1.8-2.5 2-2.5 4M12 16.6v.1"/>',
    "home": '<path d="m4 11 8-6.5 8 6.5M6 9.5V20h12V9.5M10 20v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.7v.1"/>',
    "key": '<circle cx="8" cy="15.5" r="4"/><path d="m11 12.5 8.5-8.5M16 7.5l3 3"/>',
    "letter": '<rect x="3" y="5.5" width="18" height="13" rx="1.5"/><path d="m3.5 7 8.5 6.5L20.5 7"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="1.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
    "log": '<path d="M6 3.5h8.5L19 8v12.5H6zM14 3.5V8h5M9 12h7M9 16h7"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "next": '<path d="m9 5 7 7-7 7"/>',
    "online": '<rect x="3" y="6.5" width="12.5" height="11" rx="1.5"/><path d="m15.5 11 5.5-3.5v9L15.5 13"/>',
    "people": (
        '<circle cx="9" cy="8" r="3"/>'
        '<path d="M3.5 19.5c0-3.5 2.3-5.5 5.5-5.5s5.5 2 5.5 5.5M15.5 5.3a3 3 0 0 1 0 5.4M17 14.3c2.2.6 3.5 '
        '2.4 3.5 5.2"/>'
    ),
    "person": '<circle cx="12" cy="8" r="3.5"/><path d="M5 20c0-4 3-6.5 7-6.5s7 2.5 7 6.5"/>',
    "place": '<path d="M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11z"/><circle cx="12" cy="10" r="2.3"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4.5V9h15v8H17M7 14h10v6H7z"/>',
    "room": '<path d="M6 20.5V3.5h9v17M3.5 20.5h17M15 6.5h3.5v14M12.2 12v.5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
    "seal": '<path d="M12 3.5 19 6v6c0 4.3-3 7.2-7 8.5-4-1.3-7-4.2-7-8.5V6zM8.7 12l2.3 2.3 4.3-4.6"/>',
    "settings": (
        '<path d="M4 7h9m4 0h3M4 12h3m4 0h9M4 17h9m4 0h3"/>'
        '<circle cx="15" cy="7" r="2"/>'
        '<circle cx="9" cy="12" r="2"/>'
        '<circle cx="15" cy="17" r="2"/>'
    ),
    "sign-out": '<path d="M14 4.5H5v15h9M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5"/>',
    "today": (
        '<rect x="3.5" y="5" width="17" height="15" rx="1.5"/><path d="M3.5 9.5h17M8 3v4M16 3v4M9 14.7l2.2 2.2 4-4.4"/>'
    ),
    "undo": '<path d="M8.5 5 4 9.5 8.5 14M4 9.5h10a5 5 0 0 1 0 10H9"/>',
    "upload": '<path d="M12 15V4m-4.5 4.5L12 4l4.5 4.5M4.5 19.5h15"/>',
    "warning": '<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.1"/>',
}
FRAME = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
DRAWINGS = {name: Markup(FRAME.format(shape)) for name, shape in SHAPES.items()}
NOTHING = Markup(FRAME.format(""))


def draw(name: str) -> Markup:
    """The drawing of that name; an empty one for an unknown name, so that a page never breaks on a drawing."""
    return DRAWINGS.get(name, NOTHING)


def setup_icons(app: Flask) -> None:
    app.jinja_env.globals["draw"] = draw
