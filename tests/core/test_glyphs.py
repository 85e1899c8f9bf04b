"""What the fonts can print, and what they must refuse."""

from __future__ import annotations

import unicodedata

import pytest

from trainingapp.core.glyphs import missing_glyphs, printable


@pytest.mark.parametrize(
    "text",
    [
        "ӘәҒғҚқҢңӨөҰұҮүҺһІі",
        "ƏəĞğİıŞşÇç",
        "ҲҳҶҷӢӣӮӯ",
        "ȘșȚț",
        "Straße Łódź Þór Ǆ",
        "Ελλάδα",
        "Ё ё № « » — – ’ ʼ ʻ\u00a0",
    ],
)
def test_missing_glyphs_finds_nothing_in_the_scripts_of_the_region(text):
    assert missing_glyphs(text) == ""


@pytest.mark.parametrize(
    ("text", "missing"),
    [("გიორგი", "გიორ"), ("Անի", "Անի"), ("李明 Li", "李明"), ("a\u202eb", "\u202e"), ("tab\t", "\t"), ("😀", "😀")],
)
def test_missing_glyphs_names_each_character_once(text, missing):
    assert missing_glyphs(text) == missing


def test_missing_glyphs_takes_decomposed_letters_for_composed_ones():
    assert missing_glyphs(unicodedata.normalize("NFD", "Айгерім Şəhriyar")) == ""


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Айгерім Нұрмұхамедқызы", "Айгерім Нұрмұхамедқызы"),
        (unicodedata.normalize("NFD", "Şəhriyar"), "Şəhriyar"),
        ("Nino გ.", "Nino \ufffd."),
        ("a\u202eb\0", "a\ufffdb\ufffd"),
        ("one\r\n\ttwo", "one two"),
        ("2026\u00a0г.", "2026\u00a0г."),
        ("", ""),
    ],
)
def test_printable_puts_a_sign_where_the_fonts_have_no_letter(text, printed):
    assert printable(text) == printed
    assert missing_glyphs(printable(text)) == ""
