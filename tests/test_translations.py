"""The Russian catalogue: current, complete, in the office's own words, and written as Russian is written."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import manage
from trainingapp.core.text import words

GLOSSARY = Path(__file__).parent / "data" / "glossary.csv"
PACKAGE = Path(manage.__file__).parent / "trainingapp"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
WORD = re.compile(r"[^\W\d_]+")
LATIN, CYRILLIC = re.compile(r"[A-Za-z]"), re.compile(r"[А-яЁё]")

NAMES = words(
    """
    CSV Excel Ctrl HTTP HTTPS ISO IP JPEG JPG Markdown PDF PNG QR SMTP UTC UTF VR XLSX trainingapp cp e Training
    AZ Asia Baku Europe
    """
)
EXAMPLES = re.compile(
    r"https?://\S*|\S+@\S+|\b[A-Za-z0-9]+(?:-[A-Z0-9]+)+\b|\b[a-z]+-[a-z]+\b|\bA\d\b|«?\b[A-Z]\b»?|«flask [a-z]+»"
)
QUOTATION = re.compile(r"«[^»]*»")

FORBIDDEN = {
    "номинаци": "выдвижение кандидата",
    "сесси": "мероприятие; for VR: сеанс",
    "удостоверени": "сертификат",
    "диплом": "сертификат",
    "юзер": "пользователь",
    "логин": "вход, адрес электронной почты",
    "аккаунт": "учётная запись",
    "дедлайн": "срок подачи",
    "воркшоп": "рабочий семинар",
    "тренинг-": "тренинг alone, or обучение",
    "список ожидания": "лист ожидания",
    "списке ожидания": "лист ожидания",
    "очередь ожидания": "лист ожидания",
    "лист посещени": "лист регистрации",
    "инструктор": "тренер",
    "преподавател": "тренер",
    "обучаем": "слушатель",
    "студент": "слушатель",
    "журнал аудита": "журнал действий",
    "имейл": "электронная почта",
    "емейл": "электронная почта",
    "e-mail": "электронная почта",
    "залогин": "войти",
    "кликн": "нажмите",
    "дропдаун": "список",
    "чекбокс": "флажок",
}
WITHIN = {
    r"\bcourse sessions?\b": "мероприяти|курс",
    r"\bwaiting lists?\b": r"лист\w* ожидания",
    r"\bsign-in sheets?\b": r"лист\w* регистрации",
    r"\btrainees?\b": "слушател",
    r"\btrainers?\b": "тренер",
    r"\bcoordinators?\b": "координатор",
    r"\badministrators?\b": "администратор",
    r"\bcertificates? of attendance\b": r"сертификат\w* участник",
    r"\bcertificates?\b": r"сертификат",
    r"\brevoked?\b": "аннулир",
    r"\baudit log\b": r"журнал\w* действий",
    r"\bNational Contact Points?\b": r"национальн\w+ контактн\w+ пункт",
    r"\bmeetings?\b": "занят|встреч",
    r"\bseals?\b": "пломб",
}
WITHOUT_YO = re.compile(
    r"\b(еще|ее|объем\w*|прием\w*|съемк\w*|трех|четырех|надежн\w*|причем|(у|от|за|рас|под)?счет\w*|(у|от|за)чет\w*|зачтен|"
    r"(при|про|на|во|у|подо|пере)шел|(при|про|най|вой|пере)?дет|дает(ся)?|остает\w*|ведет\w*|берет\w*|вернет\w*|начнет\w*|"
    r"истечет|((в|про|при|пере)ве|сохран|измен|замен|отмен|удал|определ|подтвержд|утвержд|разреш|заверш|прикрепл)ен)\b"
)


@dataclass(frozen=True)
class Pair:
    """One form of a text in both languages."""

    english: str
    russian: str

    @property
    def words(self) -> str:
        """The Russian form without what stands for something else."""
        return PLACEHOLDER.sub(" ", self.russian)


@pytest.fixture(scope="module")
def template() -> Catalog:
    with manage.TEMPLATE.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def russian() -> Catalog:
    with manage.CATALOGUE.open("rb") as file:
        return read_po(file, locale="ru")


@pytest.fixture(scope="module")
def pairs(russian: Catalog) -> list[Pair]:
    """Each Russian form with the English that it stands for; the later forms of a plural stand for the English one."""
    return [pair for message in texts(russian) for pair in pairs_of(message)]


def texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def pairs_of(message: Message) -> Iterator[Pair]:
    english = message.id if isinstance(message.id, tuple) else (message.id,)
    russian = message.string if isinstance(message.string, tuple) else (message.string,)
    for index, form in enumerate(russian):
        yield Pair(english[min(index, len(english) - 1)], form)


def key(message: Message) -> tuple[Any, Any]:
    return message.context, message.id


# ---------------------------------------------------------------- current and complete


def test_template_is_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manage, "PYTHON", Path(sys.executable))

    failed = manage.extract(tmp_path / "messages.pot")

    assert failed == 0
    assert (tmp_path / "messages.pot").read_bytes() == manage.TEMPLATE.read_bytes(), "python3 manage.py messages"


def test_catalogue_has_the_texts_of_the_template(template: Catalog, russian: Catalog) -> None:
    wanted, found = {key(message) for message in texts(template)}, {key(message) for message in texts(russian)}

    assert wanted - found == set()
    assert found - wanted == set()
    assert not russian.obsolete


def test_catalogue_lacks_nothing(russian: Catalog) -> None:
    lacking = [message.id for message in texts(russian) if not all(pair.russian.strip() for pair in pairs_of(message))]
    fuzzy = [message.id for message in texts(russian) if message.fuzzy]

    assert lacking == []
    assert fuzzy == []


# ---------------------------------------------------------------- placeholders and plurals


def test_placeholders_are_named(template: Catalog) -> None:
    odd = re.compile(r"%(?!\(\w+\)[sd]|%)[a-zA-Z]|\{\w*\}")
    found = [message.id for message in texts(template) if message.python_format and odd.search(str(message.id))]

    assert found == []


def test_placeholders_agree(pairs: list[Pair]) -> None:
    other = [pair for pair in pairs if placeholders(pair.english) != placeholders(pair.russian)]

    assert other == []


def test_plurals_have_all_forms_with_the_number_in_each_or_beside_it(russian: Catalog) -> None:
    plurals = [message for message in texts(russian) if isinstance(message.id, tuple)]

    short = [message.id for message in plurals if len(message.string) != 3]
    uneven = [
        message.id for message in plurals if len({placeholders(form) for form in (*message.id, *message.string)}) > 1
    ]

    assert short == []
    assert uneven == []


def placeholders(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


# ---------------------------------------------------------------- letters


def test_english_has_no_cyrillic(template: Catalog) -> None:
    plain = [QUOTATION.sub(" ", str(message.id)) for message in texts(template)]

    assert [text for text in plain if CYRILLIC.search(text)] == []


def test_russian_has_no_latin_words(pairs: list[Pair]) -> None:
    found = {pair.russian: foreign for pair in pairs if (foreign := latin_words(pair.words))}

    assert found == {}


def latin_words(text: str) -> set[str]:
    """Words in Latin letters but for names and codes; also words in which the two alphabets are mixed."""
    return {word for word in WORD.findall(EXAMPLES.sub(" ", text)) if LATIN.search(word)} - NAMES


def test_words_of_mixed_letters_are_noticed() -> None:
    assert latin_words("Зaпись на курс") == {"Зaпись"}
    assert latin_words("Файл CSV, VR-сеанс, код CSCD-2026, https://example.org/a") == set()


# ---------------------------------------------------------------- how Russian is written


def test_quotes_are_russian(pairs: list[Pair]) -> None:
    wrong = [pair for pair in pairs if re.search(r"[“”\"‘’']", pair.words) or "„" in pair.words.replace("«", "", 0)]
    open_ended = [pair for pair in pairs if pair.russian.count("«") != pair.russian.count("»")]

    assert wrong == []
    assert open_ended == []


def test_spaces_are_single_and_in_place(pairs: list[Pair]) -> None:
    wrong = [pair for pair in pairs if re.search(r"  | [,.;:!?](?!\S)|\( | \)|« | »", pair.russian)]
    edges = [pair for pair in pairs if edge(pair.english) != edge(pair.russian)]

    assert wrong == []
    assert edges == []


def edge(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def test_sentences_end_as_in_english(pairs: list[Pair]) -> None:
    sentences = [pair for pair in pairs if " " in pair.english and not brings_its_own_full_stop(pair)]

    assert [pair for pair in sentences if ending(pair.english) != ending(pair.russian)] == []


def ending(text: str) -> str:
    last = text.rstrip(" »”)")[-1:]
    return last if last in ".?:…" else ""


def brings_its_own_full_stop(pair: Pair) -> bool:
    """A date at the end: «21 ноября 2026 г.»"""
    return pair.english.endswith(")s.") and pair.russian.endswith(")s")


def test_dates_bring_their_own_full_stop(pairs: list[Pair]) -> None:
    """«21 ноября 2026 г.»: another full stop after it would be one too many."""
    assert [pair for pair in pairs if re.search(r"%\(days?\)s\.", pair.russian)] == []


def test_readers_are_addressed_in_small_letters(pairs: list[Pair]) -> None:
    address = re.compile(r"[а-яё,;–] (Вы|Вас|Вам|Вами|Ваш\w*)\b")

    assert [pair.russian for pair in pairs if address.search(pair.russian)] == []


def test_yo_is_written(pairs: list[Pair]) -> None:
    found = {pair.russian: hit.group() for pair in pairs if (hit := WITHOUT_YO.search(pair.russian.lower()))}

    assert found == {}


# ---------------------------------------------------------------- the office's words


def glossary() -> dict[str, set[str]]:
    """For each English term the Russian ones; a note may give a short form for lists."""
    with GLOSSARY.open(encoding="utf-8-sig", newline="") as file:
        return {without_remark(row["en"]): accepted(row) for row in csv.DictReader(file)}


def accepted(row: dict[str, str]) -> set[str]:
    _before, _mark, short = (row["note"] or "").partition("short form in lists: ")
    return {row["ru"].lower(), without_remark(row["ru"]), short.lower()} - {""}


def without_remark(term: str) -> str:
    return re.sub(r" \([^)]*\)$", "", term).lower()


def test_terms_are_those_of_the_glossary(pairs: list[Pair]) -> None:
    terms = glossary()
    wrong = {
        pair.english: (pair.russian, terms[pair.english.lower()])
        for pair in pairs
        if pair.english.lower() in terms and pair.russian.lower() not in terms[pair.english.lower()]
    }

    assert len(terms) > 70
    assert wrong == {}


def test_terms_within_sentences_are_those_of_the_glossary(pairs: list[Pair]) -> None:
    wrong = [
        (term, pair)
        for pair in pairs
        for english, term in WITHIN.items()
        if re.search(english, PLACEHOLDER.sub(" ", pair.english), re.IGNORECASE)
        and not re.search(term, pair.words, re.IGNORECASE)
    ]

    assert wrong == []


def test_no_forbidden_words(pairs: list[Pair]) -> None:
    found = {
        pair.russian: f"instead of «{word}»: {better}"
        for pair in pairs
        for word, better in FORBIDDEN.items()
        if re.search(rf"(?<![а-яё]){word}", pair.russian.lower())
    }

    assert found == {}


def test_a_course_session_is_never_called_recruitment(pairs: list[Pair]) -> None:
    recruitment = re.compile(r"\bнабор(а|у|ом|е|ы|ов|ам|ами|ах)?\b", re.IGNORECASE)
    written = [path for path in PACKAGE.rglob("*") if path.suffix in {".json", ".csv", ".html", ".txt", ".typ", ".py"}]
    said = {line.strip()[:200] for path in written for line in path.read_text("utf-8").splitlines()}
    texts_of_all = {pair.russian for pair in pairs} | said

    found = {text for text in texts_of_all if recruitment.search(text.replace("подарочный набор", ""))}

    assert len(texts_of_all) > 2000
    assert found == set()


# ---------------------------------------------------------------- how English is written


HARD_WORDS = re.compile(
    r"\b(holds?|held|holding|stands?|standing|stood|lapses?|lapsed|mends?|mended|whoever|whomever|pass(ed)? over|"
    r"give (it|them|the place|your place|this place) back|gave .{1,20} back|given back|taken? (in|back)|"
    r"turn(s|ed)? .{0,20}down|by itself|by themselves)\b"
)
TO_NAME = re.compile(
    r"\b(to|may|can|could|you|has|have|not|already|been|be|they|who) named?\b|\bnames? (nobody|somebody|candidates|a )"
    r"|\badministrations? names?\b|\bnamed (as|by|after|somebody|candidates)\b|\bnaming\b",
    re.IGNORECASE,
)
LONGEST = 25


def english_forms(template: Catalog) -> list[str]:
    ids = [message.id if isinstance(message.id, tuple) else (message.id,) for message in texts(template)]
    return [form for forms in ids for form in forms]


def test_english_has_plain_verbs(template: Catalog) -> None:
    forms = set(english_forms(template))

    assert {form: hit.group() for form in forms if (hit := HARD_WORDS.search(PLACEHOLDER.sub(" ", form).lower()))} == {}


def test_candidates_are_nominated_and_not_named(template: Catalog) -> None:
    found = {form: hit.group() for form in english_forms(template) if (hit := TO_NAME.search(form))}

    assert found == {}


def test_english_sentences_are_short(template: Catalog) -> None:
    sentences = {part for form in english_forms(template) for part in re.split(r"(?<=[.?!])\s", form)}

    assert [part for part in sentences if len(PLACEHOLDER.sub("x", part).split()) > LONGEST] == []


@pytest.mark.parametrize(
    "text",
    ["An offer lapses.", "The place is held.", "It stands here.", "Give your place back.", "Turned the offer down"],
)
def test_hard_words_are_noticed(text: str) -> None:
    assert HARD_WORDS.search(text.lower())


@pytest.mark.parametrize(
    "text", ["Administrations may name officers.", "It names nobody.", "You have been named by us."]
)
def test_naming_is_noticed(text: str) -> None:
    assert TO_NAME.search(text)
    assert not TO_NAME.search("The first row must name the columns.".replace("must name", "has"))
