"""Which spelling of a name a text in either language shows."""

from typing import Any

import pytest

from trainingapp.core.names import PersonName

ASSEL = {"family_name": "Қасымова", "given_name": "Әсел", "patronymic": "Ерланқызы", "family_name_latin": "Kassymova",
         "given_name_latin": "Assel"}  # fmt: skip
ORKHAN = {"family_name": "Məmmədov", "given_name": "Orxan", "patronymic": "Rəsul oğlu", "family_name_latin": "Mammadov",
          "given_name_latin": "Orkhan"}  # fmt: skip
IN_RUSSIAN = {"family_name_ru": "Мамедов", "given_name_ru": "Орхан", "patronymic_ru": "Расул оглы"}
GIORGI = {"family_name": "ბერიძე", "given_name": "გიორგი", "family_name_latin": "Beridze", "given_name_latin": "Giorgi"}


@pytest.mark.parametrize(
    ("names", "english", "russian"),
    [
        (ASSEL, "Kassymova, Assel", "Қасымова, Әсел Ерланқызы"),
        (ASSEL | {"family_name_ru": "Касымова", "given_name_ru": "Асель"}, "Kassymova, Assel", "Касымова, Асель"),
        (ORKHAN, "Məmmədov, Orxan Rəsul oğlu", "Məmmədov, Orxan Rəsul oğlu"),
        (ORKHAN | IN_RUSSIAN, "Məmmədov, Orxan Rəsul oğlu", "Мамедов, Орхан Расул оглы"),
        (GIORGI, "Beridze, Giorgi", "Beridze, Giorgi"),
        (GIORGI | {"family_name_ru": "Беридзе", "given_name_ru": "Гиорги"}, "Beridze, Giorgi", "Беридзе, Гиорги"),
    ],
)
def test_spelling_is_one_that_the_reader_of_the_language_can_read(
    names: dict[str, Any], english: str, russian: str
) -> None:
    name = PersonName(**names)

    assert name.within("en").listed == english
    assert name.within("ru").listed == russian
