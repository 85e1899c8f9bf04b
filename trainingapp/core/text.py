"""Keys for finding and sorting text alike on both engines.

SQLite's ``lower()`` and ``LIKE`` know ASCII only, and both engines sort «ё» after «я»: so the keys are made in Python.
"""

from __future__ import annotations

import re
import unicodedata

QUOTES = (("“", "”", "‘", "’"), ("«", "»", "„", "“"))
SPACES = re.compile(r"\s+")
PLACES = str.maketrans(
    {"ё": "е\uffff", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ə": "e", "þ": "th", "æ": "ae", "œ": "oe"}
)


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as one text, for long lists in our own code."""
    return frozenset(text.split())


def tidy(text: str | None) -> str:
    """The text without surrounding or doubled spaces, in composed form."""
    return SPACES.sub(" ", unicodedata.normalize("NFC", text or "")).strip()


def search_key(*texts: str | None) -> str:
    """What is stored for searching: casefolded, ё as е, accents dropped, one space between words."""
    joined = " ".join(text for text in texts if text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", joined) if not is_accent(c))
    return tidy(unicodedata.normalize("NFKC", plain).replace("ё", "е"))


def is_accent(character: str) -> bool:
    """A mark that searchers leave out. The breve of «й» is no such mark: it makes another letter."""
    return unicodedata.category(character) == "Mn" and character != "\u0306"


def sort_key(*texts: str | None) -> str:
    """What is stored for sorting: «ё» falls between «е» and «ж», "Š" beside "S", small and capital letters together."""
    joined = unicodedata.normalize("NFC", " ".join(text for text in texts if text).casefold())
    return "".join(without_accent(character) for character in joined).translate(PLACES)


def without_accent(character: str) -> str:
    """A Latin letter as it stands in the English alphabet; any other letter as it is."""
    if is_accent(character):
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else character


def like_pattern(word: str) -> str:
    """The word as a LIKE pattern that finds it anywhere; use with ``escape='\\\\'``."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def nested_quotes(text: str) -> str:
    """The text with inner quotation marks where a title that has its own was put between quotation marks.

    “The “Port” scenario” becomes “The ‘Port’ scenario”, and «Сценарий «Порт»» becomes «Сценарий „Порт“».
    A text whose marks do not come in pairs is left as it is.
    """
    for opening, closing, inner_opening, inner_closing in QUOTES:
        if text.count(opening) > 1:
            text = _nested(text, opening, closing, {opening: inner_opening, closing: inner_closing})
    return text


def _nested(text: str, opening: str, closing: str, inner: dict[str, str]) -> str:
    written, depth = [], 0
    for character in text:
        depth -= character == closing
        written.append(inner.get(character, character) if depth > 0 else character)
        depth += character == opening
        if depth < 0:
            return text
    return text if depth else "".join(written)
