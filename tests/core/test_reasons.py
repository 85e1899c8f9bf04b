"""Reasons from the list: kept once, told in each reader's language, with the remark marked."""

from __future__ import annotations

import pytest
from markupsafe import escape

from trainingapp.core import reasons
from trainingapp.core.i18n import speaking
from trainingapp.core.reasons import Cause, as_kept, joined, language_of, marked, to_keep, told

STORED = """
Illness.
Needed at work on these days.
On leave on these days.
On a business trip on these days.
Family reasons.
A move to another post.
The trip was not approved.
There are more candidates than places.
This course or a similar one has already been completed.
The course is for officers who do other work.
Something that the course requires is still missing.
The language of the course is not known well enough.
The account is switched off, so the person cannot have a place.
A trainer of a session cannot take part in it.
Too few people take part.
The trainer cannot come.
The rooms cannot be used.
The course is planned for other dates.
Travel to the venue is not possible now.
The subject is known from work.
A similar course was completed elsewhere.
What is missing will be completed before the start.
The administration asked for it.
There are free places.
The official letter came late.
In place of a colleague who cannot take part.
The administration could not use the system in time.
The wrong mark was chosen.
The signed sheet shows it.
The excuse was accepted later.
The wrong result was entered.
The work was assessed again.
It was meant for another person.
It was recorded by mistake.
The attendance was corrected.
The result was corrected.
A name was printed with a mistake.
The person has a new name.
A date was wrong.
The course was described with a mistake.
"""
ILL = {"en": "Illness.", "ru": "Болезнь."}


@pytest.mark.parametrize("writer", ["en", "ru"])
@pytest.mark.parametrize("reader", ["en", "ru"])
def test_a_chosen_reason_is_told_in_the_language_of_the_reader(app, writer, reader):
    with speaking(writer):
        kept = to_keep("illness", " until  Monday ")
    with speaking(reader):
        assert str(told(kept)) == f"{ILL[reader]} until Monday"


def test_every_cause_has_a_sentence_of_its_own_in_both_languages(app):
    said = {language: [] for language in ILL}
    for language, sentences in said.items():
        with speaking(language):
            sentences += [str(told(to_keep(cause, None))) for cause in Cause]

    assert len(set(said["en"])) == len(set(said["ru"])) == len(Cause)
    assert not set(said["en"]) & set(said["ru"])
    assert not {cause.value for cause in Cause} & {*said["en"], *said["ru"]}


def test_what_is_stored_is_never_reworded(app):
    """Old rows have these sentences: another wording is another cause."""
    with speaking("en"):
        assert [str(cause.sentence) for cause in Cause] == STORED.strip().splitlines()


def test_typed_text_is_escaped_and_marked_with_its_language_for_readers_of_the_other(app):
    with speaking("en"):
        assert escape(told("Illness. До <i>среды</i>")) == 'Illness. <span lang="ru">До &lt;i&gt;среды&lt;/i&gt;</span>'
        assert escape(told("On duty")) == "On duty"
    with speaking("ru"):
        assert escape(told("On duty")) == '<span lang="en">On duty</span>'


def test_a_sentence_of_the_list_that_was_typed_is_kept_as_the_choice(app):
    assert as_kept("Болезнь. До среды") == "Illness. До среды"
    assert as_kept("Illnesses are frequent") == "Illnesses are frequent"
    assert (as_kept("  "), to_keep("", None)) == (None, None)


def test_sentences_keep_the_mark_on_pages_and_are_plain_elsewhere(app):
    with speaking("en"):
        one = marked("Declined: %(reason)s", {"reason": told("Illness. До <среды>").ended()})
        text = joined([one, "A & B"], " · ")

    assert text == "Declined: Illness. До <среды>. · A & B"
    assert escape(text) == 'Declined: Illness. <span lang="ru">До &lt;среды&gt;.</span> · A &amp; B'


def test_every_cause_is_offered_somewhere_but_for_what_the_rule_finds():
    lists = [value for name, value in vars(reasons).items() if name.startswith("OF_")]

    assert set(Cause) - set().union(*lists) == {Cause.SWITCHED_OFF, Cause.TRAINER}


def test_a_long_remark_is_cut_and_the_cause_is_not(app):
    assert str(told("Illness. " + "x" * 9).cut(4)) == "Illness. xxxx…"
    assert str(told("Illness. xxxx").cut(4)) == "Illness. xxxx"


@pytest.mark.parametrize("remark", ["Ask them.", "Ask them!", "Ask them?", "Ask them…", ""])
def test_a_remark_that_ends_gets_no_second_full_stop(app, remark):
    assert told(f"Illness. {remark}").ended().remark == remark


@pytest.mark.parametrize(("text", "language"), [("", None), ("42", None), ("Отпуск (CCC-101)", "ru"), ("Leave", "en")])
def test_language_of_typed_text_is_told_by_its_letters(text, language):
    assert language_of(text) == language
