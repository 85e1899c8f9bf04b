"""The fonts of the certificate, and whether they can print a text."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import fontpkg_noto_sans
import fontpkg_source_serif_4
from fontTools.ttLib import TTFont

FOLDERS = (fontpkg_source_serif_4.ROOT / "files", fontpkg_noto_sans.ROOT / "files")
FAMILIES = (fontpkg_source_serif_4.FAMILY, fontpkg_noto_sans.FAMILY)
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


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
    unprintable = (c for c in composed if ord(c) not in characters() or unicodedata.category(c) in INVISIBLE)
    return "".join(dict.fromkeys(unprintable))
