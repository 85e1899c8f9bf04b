"""Serial numbers for people, and codes that cannot be guessed for checking."""

from __future__ import annotations

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O and U
LENGTH = 20  # of 5 bits each: 100 bits
GROUP = 5
PREFIX = "ROCB"

MISREAD = str.maketrans("OIL", "011")
LOOKALIKES = str.maketrans("АВЕЗКМНОРСТУХІЈЅ", "ABE3KMH0PCTYX1JS")
SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.·/]+")


def new_code() -> str:
    """A code that nobody can guess, in groups that can be read out: "7KQ2M-9XJ4T-B3WNC-5ZHVD"."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read_code(text: str) -> str | None:
    """The code that somebody meant, or None when it cannot be one.

    Case, dashes and spaces do not matter; neither do O for 0, I and L for 1, nor Cyrillic letters that look the same.
    """
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:200])).upper()
    code = plain.translate(LOOKALIKES).translate(MISREAD)
    return grouped(code) if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def serial_number(year: int, number: int) -> str:
    """The number that people use: "ROCB-2026-000123"."""
    return f"{PREFIX}-{year}-{number:06}"
