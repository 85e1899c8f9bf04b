"""Texts in two languages."""

from __future__ import annotations

import pytest
from markupsafe import escape

from trainingapp.catalogue.models import Course
from trainingapp.core.i18n import Bilingual, _l, speaking, speaks


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


def test_what_people_typed_stays_text_in_a_lazy_sentence(app):
    with app.test_request_context():
        assert "<script>" not in escape(_l("Has a place at the same time on %(session)s.", session="<script>"))


def test_speaks_finds_a_language_in_a_set_of_languages():
    assert ",ru," in str(speaks(Course.languages, "ru").compile(compile_kwargs={"literal_binds": True}))
