"""Codes: impossible to guess, easy to read out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingapp.certificates.rules.codes import ALPHABET, LENGTH, new_code, read_code, serial_number

CODE = "7KQ2M-9XJ4T-B3WNC-5ZHVD"
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_new_code_cannot_be_guessed():
    assert LENGTH * math.log2(len(ALPHABET)) >= 100
    assert len({new_code() for _ in range(1000)}) == 1000


def test_new_code_reads_as_itself():
    code = new_code()

    assert read_code(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "7KQ2M9XJ4TB3WNC5ZHVD",
        " 7kq2m 9xj4t b3wnc 5zhvd ",
        "7KQ2M–9XJ4T—B3WNC‑5ZHVD",
        "7КQ2М-9ХJ4Т-В3WNС-5ZНVD",
        "７KQ2M-9XJ4T-B3WNC-5ZHVD",
        "7KQ2M.9XJ4T.B3WNC.5ZHVD\n",
    ],
)
def test_read_code_takes_what_people_type(typed):
    assert read_code(typed) == CODE


@pytest.mark.parametrize("typed", ["oo000-11il1-00000-00000", "ОО000-11I1L-00000-00000"])
def test_read_code_takes_letters_for_the_digits_they_look_like(typed):
    assert read_code(typed) == "00000-11111-00000-00000"


@pytest.mark.parametrize(
    "typed", ["", "7KQ2M", CODE + "1", "7KQ2M-9XJ4T-B3WNC-5ZHVU", "ROCB-2026-000123", "' OR 1=1 --", "Ж" * 20]
)
def test_read_code_refuses_what_is_none(typed):
    assert read_code(typed) is None


@given(st.text(max_size=400))
def test_read_code_never_fails_and_gives_its_own_canonical_form(text):
    code = read_code(text)

    assert code is None or read_code(code) == code


@given(codes, st.sampled_from(["", "-", " ", "–"]))
def test_read_code_ignores_case_and_grouping(plain, separator):
    typed = separator.join(plain[start : start + 4] for start in range(0, LENGTH, 4)).lower()

    assert read_code(typed) == read_code(plain)


def test_serial_number_is_in_six_digits_by_year():
    assert serial_number(2026, 123) == "ROCB-2026-000123"
