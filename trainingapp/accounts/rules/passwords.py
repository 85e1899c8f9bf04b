"""Which passwords are good enough: how many guesses they would take somebody who knows what people choose.

The counting is zxcvbn's. It knows what is common in English; Russian words come from a spelling checker's list. Each
password is also judged as the keys of the other layout type it: «зфыыцщкв» is "password", "ghbdtn" is «привет».
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from zxcvbn import matching, zxcvbn

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.latin import in_latin
from trainingapp.core.text import words

SHORTEST = 12
LONGEST = 200
JUDGED = 72  # characters: nobody guesses what goes on behind them
GUESSES = 10**8  # far more than the throttles let anybody try
GUESSES_OF_A_WORD = 10**5
LEFT_WITHOUT_OWN_WORDS = 8
OFFICE_WORDS = words("customs таможня таможенник container контейнер training обучение trainingapp rocb wco")
LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
CYRILLIC_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
AS_CYRILLIC = str.maketrans(LATIN_KEYS, CYRILLIC_KEYS)
AS_LATIN = str.maketrans(CYRILLIC_KEYS, LATIN_KEYS)


@cache
def known_words() -> tuple[str, ...]:
    """Russian words, the most frequent first, each also in Latin letters; before them what this office is about."""
    packed = (files("spellchecker") / "resources" / "ru.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    russian = sorted((word for word in counts if len(word) > 2), key=lambda word: -counts[word])
    return tuple(dict.fromkeys(spelling for word in [*OFFICE_WORDS, *russian] for spelling in spellings(word)))


def spellings(word: str) -> Iterator[str]:
    """As it is, as the passport has it, and as people write it in Latin letters."""
    yield word
    yield in_latin(word)
    yield in_latin(word.replace("я", "ya").replace("ю", "yu"))


def readings(password: str) -> Iterator[str]:
    """The password as it is, as the same keys type it in the other layout, and as the alphabet without its «ё»."""
    text = password.lower()[:JUDGED]
    yield from dict.fromkeys((text, text.translate(AS_LATIN), text.translate(AS_CYRILLIC), text.replace("ё", "")))


def is_common(password: str) -> bool:
    """Whether somebody who knows what people choose would soon come to it."""
    return digits_are_common(password) or any(is_soon_guessed(text) for text in readings(password))


def is_soon_guessed(text: str) -> bool:
    """Also a single word with figures and marks about it: they are added because they are asked for."""
    letters = re.sub(r"[\W\d_]", "", text)
    return guesses(text) < GUESSES or (letters != text and guesses(letters) < GUESSES_OF_A_WORD)


def guesses(text: str) -> int:
    learn_words()
    return int(zxcvbn(text)["guesses"])


@cache
def learn_words() -> None:
    """Let zxcvbn know them: once, since ranking them takes longer than all else that it does for a password."""
    matching.add_frequency_lists({"russian": known_words()})


def digits_are_common(text: str) -> bool:
    """Digits alone are a date or a telephone number."""
    return not re.search(r"[^\W\d_]", text) and 2 * len(re.sub(r"\D", "", text)) > len(text)


def is_about_oneself(password: str, own_words: Iterable[str]) -> bool:
    """Whether little is left of it without the person's own name and address."""
    rest = password.casefold()
    for word in sorted({word.casefold() for word in own_words if len(word) >= 3}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != password.casefold() and len(rest) < LEFT_WITHOUT_OWN_WORDS


def check_password(password: str, own_words: Iterable[str]) -> None:
    """Raise DomainError (field ``password``) unless the password is long and not easily guessed."""
    if len(password) < SHORTEST:
        raise DomainError(
            _l("At least %(count)s characters, please. A few words in a row are easy to remember.", count=SHORTEST),
            "password",
        )
    if len(password) > LONGEST:
        raise DomainError(_l("This is too long: at most %(length)s characters.", length=LONGEST), "password")
    if is_common(password):
        raise DomainError(_l("This password is too easy to guess. Please choose another one."), "password")
    if is_about_oneself(password, own_words):
        raise DomainError(_l("This password is too close to your own name or e-mail address."), "password")
