"""Texts are found and sorted as readers of both languages expect."""

import pytest

from trainingapp.core.text import search_key, sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["Šimić", "Sorokin", "Ştefănescu", "Zieliński"],
        ["Dekker", "Đukić", "Duran"],
        ["İbrahimov", "Isayev", "Işık"],
        ["Łukasz", "Lupașcu"],
        ["Çelik", "Dağlı", "Əliyev", "Fərhadov", "Gülər", "Öztürk", "Ünal", "Zeynalov"],
        ["Oʻrinov", "Otaqulov", "Zokirov"],
        ["Егоров", "Ёлкин", "Жуков"],
        ["Ильин", "Йорданов", "Косев"],
        ["Weiß", "Живановић"],
        ["Ахметов", "Әбенов", "Бектуров"],
        ["Гуляев", "Ґалаґан", "Ғаниев", "Дунаев"],
        ["Дунаев", "Ђорђевић", "Ѓорѓиев", "Егоров"],
        ["Еремин", "Ёлкин", "Євтушенко", "Жуков"],
        ["Зыков", "Ѕвездов", "Ильин"],
        ["Ияров", "Ӣсоев", "Іскаков", "Їжак", "Јовановић", "Йорданов", "Карев"],
        ["Куприн", "Қасымов", "Лавров"],
        ["Лысенко", "Љубић", "Мельник"],
        ["Нуриев", "Његош", "Ңгуен", "Осипов"],
        ["Оспанов", "Өмүрбеков", "Павлов"],
        ["Тыныбеков", "Ћирић", "Ќосев", "Уваров"],
        ["Ушаков", "Ўктамов", "Ӯктамов", "Үсөнов", "Ұлықпанов", "Фёдоров"],
        ["Хусаинов", "Һашимов", "Ҳакимов", "Цой"],
        ["Чугунов", "Џамбазов", "Ҷӯраев", "Шаров"],
    ],
)
def test_sort_key_keeps_each_letter_beside_its_own(names):
    found = sorted(sorted(names, reverse=True), key=sort_key)

    assert found == names


def test_sort_key_ignores_capitals():
    assert sort_key("ČERNÝ", "Jan") == sort_key("Černý", "jan")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Өмүрбеков", "Омурбеков"),
        ("Соловьёва", "соловьева"),
        ("Әбдіғали Қасқырбаев", "Абдигали Каскырбаев"),
        ("Ұлықбек Һашимұлы", "улыкбек хашимулы"),
        ("Ҷӯраев Ҳасан", "чураев хасан"),
        ("Ђорђевић Јован", "Джорджевич Йован"),
        ("Ѓорѓи Ќосев", "Горги Косев"),
        ("Њ. Љубић", "н лубич"),
        ("Ґалаґан Їжак", "галаган ижак"),
        ("Məmmədov Çingiz", "memmedov cingiz"),
        ("IŞIK Gül", "isik gul"),
        ("Đorđević Łukasz", "dordevic lukasz"),
        ("Oʻrinov D’Amico", "orinov damico"),
        ("Айтбай", "Айтбай"),
    ],
)
def test_search_key_finds_what_another_keyboard_types(name, typed):
    assert set(search_key(typed).split()) <= set(search_key(name).replace(".", "").split())


def test_search_key_of_a_search_key_is_the_same():
    key = search_key("Өмүрбеков Ђорђе Məmmədov Oʻrinov Straße Йод Ёлкин")

    assert search_key(key) == key
