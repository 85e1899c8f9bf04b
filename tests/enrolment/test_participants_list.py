"""The list of participants: its words can be read back in both languages, and nothing runs off the page."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader
from python_calamine import load_workbook

from tests.builders import (
    NOW,
    a_centre,
    a_completion,
    a_coordinator,
    a_session,
    a_trainer,
    add,
    an_officer,
    an_organisation,
)
from trainingapp.accounts.models import OrganisationKind, Person, Sex
from trainingapp.core.db import db
from trainingapp.core.i18n import Bilingual, speaking
from trainingapp.core.names import NAME_FIELDS, PersonName
from trainingapp.enrolment.models import Place, PlaceMode, PlaceStatus, Way
from trainingapp.enrolment.papers.participants import (
    Participant,
    ParticipantsList,
    facts_of,
    participants_pdf,
    totals_of,
)
from trainingapp.scheduling.models import SessionStatus

LANGUAGES = ["en", "ru", "both"]
KOSOVO = "* All references to Kosovo shall be understood to be in the context of resolution 1244 (1999)."
KAZAKHSTAN, GEORGIA, PARTNER = (
    (1, "Kazakhstan", "Казахстан"),
    (2, "Georgia", "Грузия"),
    (3, "World Customs Union", None),
)


def one(family_name="Омарова", given_name="Айгерім", of=KAZAKHSTAN, **values) -> Participant:
    number, english, russian = of
    defaults = {
        "patronymic": "Нұрмұхамедқызы",
        "family_name_latin": "Omarova",
        "given_name_latin": "Aigerim",
        "sex": Sex.FEMALE,
        "organisation_id": number,
        "organisation": Bilingual(english, russian),
        "of_administration": of is not PARTNER,
        "post": "Chief inspector",
        "mode": PlaceMode.IN_PERSON,
    }
    values = {**defaults, **values}
    spelled = {field: values.pop(field) for field in NAME_FIELDS if field in values}
    return Participant(name=PersonName(**{"family_name": family_name, "given_name": given_name, **spelled}), **values)


def novak(**values) -> Participant:
    names = {"patronymic": None, "family_name_latin": "Novak", "given_name_latin": "Jan", "sex": Sex.MALE}
    return one("Novak", "Jan", **{"of": GEORGIA, **names, **values})


def a_list(*people: Participant, **values) -> ParticipantsList:
    defaults = {
        "code": "CCC-101-3",
        "title": Bilingual("Container Security", "Безопасность контейнеров"),
        "starts_on": date(2026, 11, 16),
        "ends_on": date(2026, 11, 20),
        "centre": Bilingual("Cargo Training Centre", "Центр обучения"),
        "city": Bilingual("Baku", "Баку"),
        "sponsor": Bilingual("Customs Fund", "Таможенный фонд"),
        "trainers": ("Лейла Əliyeva",),
        "people": people,
        "printed_at": datetime(2026, 11, 21, 10, tzinfo=UTC),
        "time_zone": "Asia/Baku",
    }
    return ParticipantsList(**{**defaults, **values})


def rendered(listed: ParticipantsList, language: str) -> PdfReader:
    return PdfReader(io.BytesIO(participants_pdf(listed, language)))


def text_of(reader: PdfReader) -> str:
    """The words of all pages, however the lines were broken."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def spots(reader: PdfReader) -> list[tuple[float, float]]:
    """Where texts begin on their pages, in points from the lower left corner."""
    found: list[tuple[float, float]] = []

    def visit(text, cm, tm, *_):
        if text.strip():
            found.append((cm[0] * tm[4] + cm[2] * tm[5] + cm[4], cm[1] * tm[4] + cm[3] * tm[5] + cm[5]))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    return found


# ---------------------------------------------------------------- what it says

ENGLISH = [
    "List of participants", "Container Security", "CCC-101-3", "16–20 November 2026", "Cargo Training Centre, Baku",
    "Customs Fund", "Omarova, Aigerim", "Kazakhstan", "Chief inspector", "in person",
    "Participants 2", "Customs administrations 2", "Women 1", "Men 1", "Лейла Əliyeva",
    "21 November 2026, 14:00 (Baku time, UTC+4)", "Page 1 of 1",
]  # fmt: skip
RUSSIAN = [
    "Список участников", "Безопасность контейнеров", "CCC-101-3", "16–20 ноября 2026 г.", "Центр обучения, Баку",
    "Таможенный фонд", "Омарова, Айгерім Нұрмұхамедқызы Omarova, Aigerim", "Казахстан", "очно", "Участники 2",
    "Таможенные администрации 2", "Женщины 1", "Мужчины 1", "Тренеры", "Место проведения",
    "21 ноября 2026 г., 14:00 (время Баку, UTC+4)", "Страница 1 из 1",
]  # fmt: skip


@pytest.mark.parametrize("reader", ["en", "ru"])
@pytest.mark.parametrize(
    ("language", "said", "silent"),
    [
        ("en", ENGLISH, RUSSIAN[:2]),
        ("ru", RUSSIAN, ENGLISH[:2]),
        ("both", ["Kazakhstan Казахстан", "in person очно"], []),
    ],
)
def test_list_can_be_read_back_whoever_prints_it(app, language, said, silent, reader):
    with speaking(reader):
        text = text_of(rendered(a_list(one(), novak()), language))

    assert [words for words in said if words not in text] == []
    assert [words for words in silent if words in text] == []


def test_list_names_the_passport_only_where_it_says_something_else(app):
    text = text_of(rendered(a_list(novak(family_name_latin="NOVAK")), "en"))

    assert text.count("Novak, Jan") == 1
    assert "NOVAK" not in text


def test_list_of_one_organisation_says_so_and_when_nobody_is_on_it(app):
    everybody, of_one = a_list(), a_list(organisation=Bilingual("Georgia", "Грузия"))

    assert "Nobody has a place yet." in text_of(rendered(everybody, "en"))
    assert "List of participants Georgia" in text_of(rendered(of_one, "en"))
    assert "Nobody from this organisation has a place." in text_of(rendered(of_one, "en"))


def test_list_prints_english_where_russian_is_lacking(app):
    text = text_of(rendered(a_list(one(of=PARTNER), title=Bilingual("Seals", None)), "both"))

    assert text.count("Seals") == 1
    assert text.count("World Customs Union") == 1


def test_list_prints_the_footnotes_once(app):
    people = [one(organisation_id=9, organisation=Bilingual("Kosovo*", "Косово*"))]
    notes = (Bilingual(KOSOVO, None),)

    text = text_of(rendered(a_list(*people * 2, notes=notes), "both"))

    assert text.count("Kosovo*") == 2
    assert text.count(KOSOVO) == 1


def test_list_prints_the_passport_where_the_fonts_lack_the_letters(app):
    person = one(
        "გიორგაძე", "ნინო", patronymic=None, family_name_latin="Giorgadze", given_name_latin="Nino", post="ინ A"
    )

    text = text_of(rendered(a_list(person), "ru"))

    assert "Giorgadze, Nino" in text
    assert "\ufffd\ufffd A" in text


def test_list_takes_hostile_text_for_text(app):
    hostile = '#import "x" $ [ @foo <b> \\ */ // ] {page}'

    assert hostile in text_of(rendered(a_list(one(post=hostile)), "en"))


@pytest.mark.parametrize(
    ("values", "venue"),
    [
        ({}, "Cargo Training Centre, Baku"),
        ({"is_online": True}, "Cargo Training Centre, Baku; online"),
        ({"centre": Bilingual(None, None), "is_online": True}, "online"),
    ],
)
def test_facts_name_the_venue(app, values, venue):
    assert str(dict(facts_of(a_list(**values)))["Venue"]) == venue


@pytest.mark.parametrize(
    ("people", "totals"),
    [
        ([one(), one(sex=None)], [2, 1, 1, 0, 1]),
        ([one(sex=None)], [1, 1]),
        ([one(), novak(), novak(of=PARTNER)], [3, 2, 1, 1, 2]),
    ],
)
def test_totals_count_what_is_known(app, people, totals):
    assert [number for _label, number in totals_of(a_list(*people))] == totals


# ---------------------------------------------------------------- how it looks

MONSTER = {
    "family_name": "Щ" * 100, "given_name": "Ы" * 100, "patronymic": "Ж" * 100, "family_name_latin": "W" * 100,
    "given_name_latin": "M" * 100, "post": "W" * 200, "organisation": Bilingual("W" * 200, "Щ" * 200),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("count", "least", "most"), [(0, 1, 1), (1, 1, 1), (25, 1, 2), (200, 6, 15)])
def test_list_goes_on_with_its_headings_on_every_page(app, language, count, least, most):
    reader = rendered(a_list(*[one()] * count), language)

    texts = [page.extract_text() for page in reader.pages]
    head = {"en": "Organisation", "ru": "Организация", "both": "Организация"}[language]
    number = {"en": "Page {} of {}", "ru": "Страница {} из {}", "both": "Page {0} of {1} / Страница {0} из {1}"}[
        language
    ]
    assert least <= len(texts) <= most
    assert [number.format(i, len(texts)) in text for i, text in enumerate(texts, 1)] == [True] * len(texts)
    assert sum(head in text for text in texts[: len(texts) - 1]) == len(texts) - 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_monstrous_names_stay_on_the_page(app, language):
    monster = one(**MONSTER)
    listed = a_list(*[monster, one()] * 3, title=Bilingual("W" * 200, "Щ" * 200), trainers=("W" * 200,), code="W" * 40)

    reader = rendered(listed, language)

    assert all(50 < x < 545 and 30 < y < 800 for x, y in spots(reader))
    assert [round(float(side)) for side in reader.pages[0].mediabox] == [0, 0, 595, 842]
    monstrous = "M" if language == "en" else "Щ"
    assert text_of(reader).replace("\u200b", "").replace(" ", "").count(monstrous * 100) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_is_a_tagged_table_and_the_same_file_every_time(app, language):
    listed = a_list(one(), novak())

    pdf = participants_pdf(listed, language)

    reader = PdfReader(io.BytesIO(pdf))
    tags = {element.get("/S") for element in structure(reader.root_object["/StructTreeRoot"])}
    assert {"/H1", "/Table", "/THead", "/TH", "/TBody", "/TR", "/TD"} <= tags
    assert reader.root_object["/Lang"] == ("ru" if language == "ru" else "en")
    assert "CCC-101-3" in reader.metadata.title
    assert participants_pdf(listed, language) == pdf


def structure(element):
    """Every element of the document's structure."""
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object()
        if hasattr(child, "get"):
            yield child
            yield from structure(child)


# ---------------------------------------------------------------- the pages


@pytest.fixture
def coordinator(time_stands):
    return a_coordinator()


def a_place(course_session, status=PlaceStatus.PLACED, mode=PlaceMode.IN_PERSON, **values) -> Place:
    person = an_officer(**values)
    queue_no = person.id
    until = NOW if status is PlaceStatus.OFFERED else None
    return add(
        Place(
            person_id=person.id,
            organisation_id=person.organisation_id,
            course_session_id=course_session.id,
            status=status,
            mode=mode,
            way=Way.OFFICE,
            queue_no=queue_no,
            asked_at=NOW,
            changed_at=NOW,
            offered_until=until,
        )
    )


def pdf_text(response) -> str:
    return text_of(PdfReader(io.BytesIO(response.data)))


@pytest.mark.parametrize(
    ("language", "query", "said"),
    [
        ("en", "", "List of participants"),
        ("ru", "", "Список участников"),
        ("en", "?language=ru", "Список участников"),
        ("ru", "?language=both", "List of participants / Список участников"),
        ("en", "?language=xx", "List of participants"),
    ],
)
def test_pdf_is_in_the_language_asked_for(client_as, coordinator, language, query, said):
    course_session = a_session(code="CCC-101-3")
    a_place(course_session, family_name="Омарова", family_name_latin="Omarova")
    reader = a_coordinator(language=language)

    response = client_as(reader).get(f"/sessions/{course_session.id}/participants.pdf{query}")

    assert response.mimetype == "application/pdf"
    assert said in pdf_text(response)
    assert ("Omarova" if said == "List of participants" else "Омарова") in pdf_text(response)


def test_pdf_is_named_in_the_readers_language(client_as, coordinator):
    course_session = a_session(code="CCC-101-3")

    response = client_as(a_coordinator(language="ru")).get(f"/sessions/{course_session.id}/participants.pdf")

    name = "%D0%A1%D0%BF%D0%B8%D1%81%D0%BE%D0%BA%20%D1%83%D1%87%D0%B0%D1%81%D1%82%D0%BD%D0%B8%D0%BA%D0%BE%D0%B2"
    assert f"filename*=UTF-8''{name}%20CCC-101-3.pdf" in response.headers["Content-Disposition"]


def test_paper_names_those_with_a_seat_and_no_address(client_as, coordinator):
    course_session = a_session()
    a_place(course_session, family_name="Seated", email="seated@example.org")
    a_place(course_session, PlaceStatus.OFFERED, family_name="Offered")
    a_place(course_session, PlaceStatus.WAITING, family_name="Waiting")
    client = client_as(coordinator)

    texts = [
        pdf_text(client.get(f"/sessions/{course_session.id}/participants.pdf")),
        client.text(f"/sessions/{course_session.id}/participants/print"),
    ]

    for text in texts:
        assert "Seated" in text
        assert not {"Offered", "Waiting", "seated@example.org"} & set(text.replace(",", " ").split())


def test_page_to_print_says_what_the_paper_says(client_as, coordinator):
    partner = an_organisation(kind=OrganisationKind.PARTNER, name_en="Union", note_en=KOSOVO)
    course_session = a_session(centre_id=a_centre(name_en="Port").id, trainers=(a_trainer(family_name="Lead"),))
    a_place(course_session, organisation_id=partner.id, sex=Sex.MALE, family_name="Novak")

    text = client_as(coordinator).text(f"/sessions/{course_session.id}/participants/print")

    for words in (
        "Port, Baku",
        "Novak, Анна Петровна",
        "Union*",
        KOSOVO,
        "Lead",
        "4 May 2026, 12:00 (Baku time, UTC+4)",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("language", "headings", "cells"),
    [
        (
            "en",
            ["Family name", "Given name", "Patronymic", "Family name in Latin letters", "Given name in Latin letters",
             "Sex", "Organisation", "Post", "E-mail address", "Language", "How", "State"],
            ["Omarova", "Anna", "", "Omarova", "Anna", "female", "Georgia", "=1+1", "a@example.org", "Russian",
             "in person", "Has a place"],
        ),
        (
            "ru",
            ["Фамилия", "Имя", "Отчество", "Фамилия латиницей", "Имя латиницей", "Пол", "Организация", "Должность",
             "Адрес электронной почты", "Язык", "Форма участия", "Состояние"],
            ["Омарова", "Анна", "Петровна", "Omarova", "Anna", "женский", "Грузия", "=1+1", "a@example.org", "русский",
             "очно", "Место предоставлено"],
        ),
    ],
)  # fmt: skip
def test_workbook_tells_everything_about_everybody(client_as, time_stands, language, headings, cells):
    course_session, georgia = a_session(code="CCC-101-3"), an_organisation(name_en="Georgia", name_ru="Грузия")
    about = {"family_name_latin": "Omarova", "sex": Sex.FEMALE, "organisation_id": georgia.id, "language": "ru"}
    a_place(course_session, family_name="Омарова", post="=1+1", email="a@example.org", **about)

    rows = rows_of(client_as(a_coordinator(language=language)).get(f"/sessions/{course_session.id}/participants.xlsx"))

    assert "CCC-101-3" in rows[0][0]
    assert rows[1:] == [headings, cells]


@pytest.mark.parametrize(("language", "name", "note"), [("en", "Kosovo*", "* See …"), ("ru", "Косово*", "* См. …")])
def test_footnote_is_shown_once_on_the_page_and_in_each_paper(client_as, language, name, note):
    course_session = a_session()
    kosovo = an_organisation(name_en="Kosovo", name_ru="Косово", note_en="* See …", note_ru="* См. …")
    for _number in range(2):
        a_place(course_session, organisation_id=kosovo.id)
    client, url = client_as(a_coordinator(language=language)), f"/sessions/{course_session.id}/participants"

    rows = rows_of(client.get(f"{url}.xlsx"))
    texts = [client.text(url), client.text(f"{url}/print"), pdf_text(client.get(f"{url}.pdf"))]

    assert [row[6] for row in rows[2:4]] == [name, name]
    assert [row[0] for row in rows[4:]] == ["", note]
    for text in texts:
        assert name in text
        assert text.count(note) == 1


def rows_of(response) -> list[list[str]]:
    """The cells of the only sheet."""
    with load_workbook(io.BytesIO(response.data)) as book:
        [name] = book.sheet_names
        return book.get_sheet_by_name(name).to_python()


@pytest.mark.both_engines
def test_workbook_tells_offers_from_places(client_as, coordinator):
    course_session, georgia = a_session(), an_organisation()
    a_place(course_session, PlaceStatus.OFFERED, family_name="Bek", organisation_id=georgia.id)
    a_place(course_session, family_name="Abay")
    a_place(course_session, PlaceStatus.WAITING, family_name="Waiting")
    client, address = client_as(coordinator), f"/sessions/{course_session.id}/participants.xlsx"

    everybody, of_one = rows_of(client.get(address)), rows_of(client.get(f"{address}?organisation={georgia.id}"))

    assert [(row[0], row[-1]) for row in everybody[2:]] == [("Abay", "Has a place"), ("Bek", "Has an offer")]
    assert [row[0] for row in of_one[2:]] == ["Bek"]


@pytest.mark.both_engines
def test_workbook_of_a_finished_session_tells_how_places_came_out(client_as, coordinator):
    course_session = a_session(status=SessionStatus.FINISHED)
    place = a_place(course_session, family_name="Abay")
    a_completion(
        db.session.get_one(Person, place.person_id), course_session.course, course_session_id=course_session.id
    )
    a_place(course_session, family_name="Bek")

    rows = rows_of(client_as(coordinator).get(f"/sessions/{course_session.id}/participants.xlsx"))

    assert [(row[0], row[-1]) for row in rows[2:]] == [("Abay", "Completed"), ("Bek", "Session over")]


def test_session_held_online_has_no_other_venue(client_as, coordinator):
    course_session = a_session(centre_id=a_centre(name_en="Port").id, capacity_in_person=0, capacity_online=10)

    text = client_as(coordinator).text(f"/sessions/{course_session.id}/participants/print")

    assert "online" in text
    assert "Port" not in text


def test_list_can_be_narrowed_to_one_organisation(client_as, coordinator):
    course_session, georgia = a_session(), an_organisation(name_en="Georgia")
    a_place(course_session, family_name="Novak", organisation_id=georgia.id)
    a_place(course_session, family_name="Omarova")
    client, query = client_as(coordinator), f"?organisation={georgia.id}"

    response = client.get(f"/sessions/{course_session.id}/participants.pdf{query}")
    page = client.text(f"/sessions/{course_session.id}/participants/print{query}")

    assert "Georgia.pdf" in response.headers["Content-Disposition"]
    for text in (pdf_text(response), page):
        assert "Novak" in text
        assert "Omarova" not in text


def test_list_narrowed_to_one_organisation_links_to_the_same_files(client_as, coordinator):
    course_session, georgia = a_session(), an_organisation()
    client = client_as(coordinator)

    client.get(f"/sessions/{course_session.id}/participants/print?organisation={georgia.id}")

    for ending in ("pdf", "xlsx"):
        assert f"/sessions/{course_session.id}/participants.{ending}?organisation={georgia.id}" in client.page.links


@pytest.mark.parametrize("organisation", ["999999", "0", "-5", "x", "9" * 30, "9" * 5000])
@pytest.mark.parametrize("part", ["participants.pdf", "participants.xlsx", "participants/print"])
def test_unknown_organisation_is_not_found(client_as, coordinator, part, organisation):
    course_session = a_session()

    client_as(coordinator).get(f"/sessions/{course_session.id}/{part}?organisation={organisation}", status=404)


@pytest.mark.parametrize("part", ["participants.pdf", "participants.xlsx", "participants/print"])
def test_list_is_for_the_office_and_the_sessions_trainers(client_as, time_stands, part):
    trainer = a_trainer()
    course_session = a_session(trainers=(trainer,))
    address = f"/sessions/{course_session.id}/{part}"

    client_as(trainer).get(address)
    client_as(a_trainer()).get(address, status=403)
    client_as(an_officer()).get(address, status=403)
    client_as(a_coordinator()).get(f"/sessions/999/{part}", status=404)


@pytest.mark.parametrize("part", ["participants.pdf", "participants.xlsx", "participants/print"])
def test_list_takes_as_many_queries_for_many_as_for_one(client_as, coordinator, count_queries, part):
    client, counts = client_as(coordinator), []
    client.get(f"/sessions/{a_session().id}/{part}")  # a list that is taken out is logged once in a while

    for people in (1, 12):
        course_session = a_session(trainers=tuple(a_trainer() for _ in range(people)))
        for _ in range(people):
            a_place(course_session)
        with count_queries() as statements:
            client.get(f"/sessions/{course_session.id}/{part}")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 12


def test_trainer_takes_out_no_sex_and_no_address(client_as, time_stands):
    trainer = a_trainer()
    course_session = a_session(trainers=(trainer,))
    a_place(course_session, sex=Sex.FEMALE, email="somebody@example.org")
    pages = f"/sessions/{course_session.id}/participants"
    asks = {"trainer": client_as(trainer), "office": client_as(a_coordinator())}

    books = {who: rows_of(client.get(f"{pages}.xlsx")) for who, client in asks.items()}
    prints = {who: client.text(f"{pages}/print") for who, client in asks.items()}
    papers = {who: pdf_text(client.get(f"{pages}.pdf")) for who, client in asks.items()}

    assert "somebody@example.org" in str(books["office"])
    assert "somebody@example.org" not in str(books["trainer"])
    assert not {"Sex", "E-mail address", "female"} & {cell for row in books["trainer"] for cell in row}
    for shown in (prints, papers):
        assert "Women" in shown["office"]
        assert "Women" not in shown["trainer"]
