"""The fonts of printed documents, and whether they can print a text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import fontpkg_noto_sans
import fontpkg_source_serif_4
from fontTools.ttLib import TTFont

FOLDERS = (fontpkg_source_serif_4.ROOT / "files", fontpkg_noto_sans.ROOT / "files")
FAMILIES = (fontpkg_source_serif_4.FAMILY, fontpkg_noto_sans.FAMILY)
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
REPLACEMENT = "\ufffd"
SPACES = re.compile(r"[^\S\u00a0]+")


def upright(folder: Path) -> Path:
    return next(path for path in sorted(folder.glob("*.ttf")) if "Italic" not in path.name)


@cache
def characters() -> frozenset[int]:
    """Every code point that at least one of the fonts has; the other one steps in where a font lacks it."""
    return frozenset().union(*(characters_of(upright(folder)) for folder in FOLDERS))


def characters_of(font_file: Path) -> frozenset[int]:
    with TTFont(font_file, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(text: str) -> str:
    """The characters of the text that cannot be printed, each once and in order; "" when all of them can.

    Control and direction characters count as missing: on paper they would make one text look like another.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(dict.fromkeys(character for character in composed if not has_glyph(character)))


def has_glyph(character: str) -> bool:
    return ord(character) in characters() and unicodedata.category(character) not in INVISIBLE


def printable(text: str) -> str:
    """The text as it can be printed: U+FFFD for what the fonts lack, one space for a line break or a tabulator."""
    composed = unicodedata.normalize("NFC", SPACES.sub(" ", text))
    return "".join(character if has_glyph(character) else REPLACEMENT for character in composed)
