"""Names in Latin letters: the suggestion where nobody has typed the spelling of the passport yet.

Cyrillic letters follow the table of ICAO Doc 9303, part 3; letters of Central Asian languages that it leaves out
become the nearest letter. Latin letters lose what ASCII does not have.
"""

from __future__ import annotations

import re
import unicodedata

ICAO = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia", "ђ": "d", "є": "ie", "ѕ": "dz", "і": "i", "ї": "i", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
    "ѓ": "g", "ќ": "k", "ў": "u", "џ": "dz", "ѫ": "u", "ѵ": "y", "ґ": "g", "ғ": "g",
}  # fmt: skip
NEAREST = {
    "ә": "a", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u",
    "җ": "j", "ҹ": "j", "ҝ": "g",
}  # fmt: skip
LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "đ": "d", "ł": "l", "þ": "th", "ə": "e", "ı": "i", "ŋ": "n",
    "ħ": "h", "ĸ": "k", "ŧ": "t",
}  # fmt: skip
TABLE = {**ICAO, **NEAREST, **LATIN}
APOSTROPHES = dict.fromkeys("’‘ʼʻʹ`´", "'") | dict.fromkeys("‐‑–—", "-")


def _letter(character: str) -> str:
    known = APOSTROPHES.get(character)
    if known is not None:
        return known
    small = character.lower()
    if small in TABLE:
        latin = TABLE[small]
        return latin.capitalize() if character != small else latin
    plain = unicodedata.normalize("NFKD", character)
    return "".join(TABLE.get(part, part) for part in plain if TABLE.get(part, part).isascii() and part.isprintable())


def _word(match: re.Match[str]) -> str:
    word = match.group()
    latin = "".join(_letter(character) for character in word)
    return latin.upper() if len(word) > 1 and word.isupper() else latin


def in_latin(name: str) -> str:
    """The name in plain Latin letters: «Щербакова» → "Shcherbakova". Empty when it is in some other script."""
    return " ".join(re.sub(r"[^\W\d_]+|.", _word, unicodedata.normalize("NFC", name)).split())
