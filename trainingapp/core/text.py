"""Keys for finding and sorting text alike on both engines.

SQLite's ``lower()`` and ``LIKE`` know ASCII only, and both engines sort «ё» and «Ә» after «я»: so the keys are made in
Python. In a list, names in Latin letters come before those in Cyrillic.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from trainingapp.core.latin import LATIN

QUOTES = (("“", "”", "‘", "’"), ("«", "»", "„", "“"))
SPACES = re.compile(r"\s+")
APOSTROPHES = dict.fromkeys("'’‘ʼʻʹʾʿ`´", "")
# The letters that come after a letter of the Russian alphabet in other Cyrillic alphabets.
AFTER = {
    "а": "әӕ", "г": "ґғҕӷ", "д": "ђѓ", "е": "ёє", "ж": "җ", "з": "ѕҙӡ", "и": "ӣіїј", "к": "қҡҝҟ", "л": "љӆ",
    "н": "њңӊӈҥ", "о": "өҩ", "п": "ҧ", "с": "ҫ", "т": "ћќҭ", "у": "ўӯүұ", "х": "һҳ", "ц": "ҵ", "ч": "џҷҹҽ",
}  # fmt: skip
PLACES = {
    letter: base + chr(0xE000 + number) for base, letters in AFTER.items() for number, letter in enumerate(letters)
}
SPELT = {"ј": "й", "ћ": "ч", "ќ": "к", "ѓ": "г", "ђ": "дж", "џ": "дж", "ѕ": "дз"}
PLAIN = LATIN | {letter: base for base, letters in AFTER.items() for letter in letters} | SPELT
SORTED = str.maketrans(LATIN | PLACES | APOSTROPHES)
FOUND = str.maketrans(PLAIN | APOSTROPHES)


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as one text, for long lists in our own code."""
    return frozenset(text.split())


def tidy(text: str | None) -> str:
    """The text without surrounding or doubled spaces, in composed form."""
    return SPACES.sub(" ", unicodedata.normalize("NFC", text or "")).strip()


def search_key(*texts: str | None) -> str:
    """What is stored for searching, and what is searched for: small letters without accents, one space between words.

    Letters of other Cyrillic alphabets are those that a Russian keyboard has: «Өмүрбеков» is found as «Омурбеков»,
    «Соловьёва» as «Соловьева», «Ђорђевић» as «Джорджевич», "Məmmədov" as "Memmedov".
    """
    joined = unicodedata.normalize("NFKC", " ".join(text for text in texts if text).casefold())
    return tidy("".join(map(without_accent, joined.translate(FOUND))))


def sort_key(*texts: str | None) -> str:
    """What is stored for sorting: «ё» after «е», «Ә» after «А», "Š" beside "S", small and capital letters together."""
    joined = unicodedata.normalize("NFC", " ".join(text for text in texts if text).casefold())
    return "".join(map(without_accent, joined.translate(SORTED)))


@lru_cache(maxsize=4096)
def without_accent(character: str) -> str:
    """The letter without its accent; nothing for an accent alone. «й» is no accented letter but one of its own."""
    if character == "й":
        return character
    return "".join(c for c in unicodedata.normalize("NFD", character) if unicodedata.category(c) != "Mn")


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


def half_hidden(email: str) -> str:
    """An e-mail address for readers who are only to recognise it: "an…@example.org"."""
    name, _at, host = email.partition("@")
    return f"{name[:2]}…@{host}"
