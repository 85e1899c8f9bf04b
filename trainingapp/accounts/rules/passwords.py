"""Which passwords are good enough."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.text import words

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT = 5
LEFT_WITHOUT_OWN_WORDS = 8
COMMON_WORDS = words(
    "password passwort parol пароль passw0rd qwerty qwertyuiop qwertz azerty йцукен asdf asdfgh zxcvbn qazwsx qwe "
    "asd admin administrator administrateur администратор letmein welcome iloveyou monkey dragon football baseball "
    "sunshine princess master login user guest test testing trustno changeme default secret hello привет любовь "
    "customs таможня container training trainingapp rocb wco abc abcd abcdef qweasd qweasdzxc pass word"
)
ROWS = (
    "12345678901234567890123456789012345678901234567890",
    "00000000001111111111222222222233333333334444444444",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)


def is_common(password: str) -> bool:
    """Whether it is among the first things that somebody would guess."""
    text = password.casefold()
    if len(set(text)) < FEWEST_DIFFERENT or any(text in row or text[::-1] in row for row in ROWS):
        return True
    letters = [word for word in re.split(r"[\W\d_]+", text) if word]
    return all(is_common_word(word) for word in letters) if letters else digits_are_common(text)


def is_common_word(word: str) -> bool:
    return any(word == common * (len(word) // len(common)) for common in COMMON_WORDS)


def digits_are_common(text: str) -> bool:
    """Digits alone are a date or a telephone number."""
    return len(re.sub(r"\D", "", text)) > len(text) // 2


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
