"""Texts in two languages."""

from __future__ import annotations

import pytest
from markupsafe import escape

from trainingapp.catalogue.models import Course
from trainingapp.core import i18n
from trainingapp.core.i18n import SPOKEN, Bilingual, _l, current_language, speaking, speaks


@pytest.mark.parametrize(
    ("en", "ru", "reader", "text", "language", "lacks"),
    [
        ("Seal", "Пломба", "en", "Seal", "en", False),
        ("Seal", "Пломба", "ru", "Пломба", "ru", False),
        ("Seal", None, "ru", "Seal", "en", True),
        (None, "Пломба", "en", "Пломба", "ru", True),
        (None, None, "ru", "", "en", False),
    ],
)
def test_bilingual_speaks_the_readers_language_and_says_when_it_cannot(en, ru, reader, text, language, lacks):
    with speaking(reader):
        value = Bilingual(en, ru)

        assert (str(value), value.language, value.lacks_reader_language) == (text, language, lacks)


def test_language_is_spoken_again_after_another_one_was_spoken_inside_even_after_an_error():
    with speaking("ru"):
        with pytest.raises(ZeroDivisionError), speaking("en"):
            raise ZeroDivisionError

        assert current_language() == "ru"


def test_language_of_a_request_ends_with_it(app):
    for language in ("ru", "en"):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert current_language() == language

    assert SPOKEN.get() is None


def test_language_is_looked_for_once_in_a_request(app, monkeypatch):
    looked: list[str] = []
    monkeypatch.setattr(i18n, "select_language", lambda: looked.append("ru") or "ru")

    with app.test_request_context():
        assert {current_language() for _again in range(3)} == {"ru"}

    assert looked == ["ru"]


def test_what_people_typed_stays_text_in_a_lazy_sentence(app):
    with app.test_request_context():
        assert "<script>" not in escape(_l("Has a place at the same time on %(session)s.", session="<script>"))


def test_speaks_finds_a_language_in_a_set_of_languages():
    assert ",ru," in str(speaks(Course.languages, "ru").compile(compile_kwargs={"literal_binds": True}))
