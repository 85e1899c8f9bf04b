"""Texts are found and sorted as readers of both languages expect."""

import pytest

from trainingapp.core.text import sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["Šimić", "Sorokin", "Ştefănescu", "Zieliński"],
        ["Dekker", "Đukić", "Duran"],
        ["İbrahimov", "Isayev", "Işık"],
        ["Łukasz", "Lupașcu"],
        ["Егоров", "Ёлкин", "Жуков"],
        ["Ильин", "Йорданов", "Косев"],
        ["Weiß", "Живановић"],
    ],
)
def test_sort_key_keeps_letters_with_accents_beside_their_own(names):
    found = sorted(sorted(names, reverse=True), key=sort_key)

    assert found == names


def test_sort_key_ignores_capitals():
    assert sort_key("ČERNÝ", "Jan") == sort_key("Černý", "jan")
