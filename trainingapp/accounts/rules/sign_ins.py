"""How long somebody stays signed in, and what a browser is called."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST = timedelta(hours=12)  # a working day
IDLE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
KEPT = timedelta(days=90)

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex",
    "Firefox": "Firefox",
    "SamsungB": "Samsung",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device_of(user_agent: str) -> str:
    """The browser and the system by their names: "Firefox, Windows"; empty where neither is known."""
    found = (next((name for mark, name in names.items() if mark in user_agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def is_seen_anew(seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note again that the browser is still in use."""
    return now - seen_at >= SEEN_EVERY
