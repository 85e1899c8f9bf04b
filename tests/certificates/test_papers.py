"""The PDF: the words can be read back, the standards hold, and nothing runs off the page."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from tests.certificates.paper import paper
from tests.papers import is_copied_as_shown
from trainingapp.certificates.models import CertificateKind
from trainingapp.certificates.papers import certificate_pdf
from trainingapp.certificates.rules.issuing import PrintedFields

URL = "https://training.example.org/verify/7KQ2M-9XJ4T-B3WNC-5ZHVD"
ISSUED_AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
LANGUAGES = ["en", "ru", "both"]
KOSOVO = "* All references to Kosovo shall be understood to be in the context of resolution 1244 (1999)."
LONG = {
    "title_en": ("Risk-based selection, inspection of refrigerated, open-top and tank containers, " * 3)[:200],
    "title_ru": ("Отбор на основе рисков, осмотр рефрижераторных, открытых и танк-контейнеров, " * 3)[:200],
    "name_latin": "Abdurakhmangazhy Nurmukhammedzhanuly Sultanbeyogly-Konstantinopolskiy",
    "name_native": "Әбдірахманғажы Нұрмұхаммеджанұлы Сұлтанбейұғлы-Константинопольский Жұмабекқызынан Өтеғұлов",
    "organisation_en": ("State Customs Committee, Directorate for Container Control, " * 4)[:200],
    "organisation_ru": ("Государственный таможенный комитет, Управление контроля, " * 4)[:200],
    "place_en": ("Cargo and Container Training Centre, Baku Port, " * 4)[:200],
    "place_ru": ("Центр обучения по контролю грузов и контейнеров, Баку, " * 4)[:200],
    "signatory_post_en": "Head of the Regional Office " * 6,
    "signatory_post_ru": "глава Регионального бюро " * 6,
    "note_en": KOSOVO * 2,
    "note_ru": "* Все ссылки на Косово следует понимать в контексте резолюции 1244 (1999). " * 2,
}
UNBROKEN = {
    "title_en": "W" * 200, "title_ru": "Щ" * 200, "name_latin": "W" * 100, "name_native": "Щ" * 200,
    "organisation_en": "W" * 200, "organisation_ru": "Щ" * 200, "place_en": "W" * 200, "place_ru": "Щ" * 200,
    "signatory_name_en": "W" * 100, "signatory_post_ru": "Щ" * 200,
}  # fmt: skip


def rendered(printed: PrintedFields, language: str) -> PdfReader:
    return PdfReader(io.BytesIO(certificate_pdf(printed, language, URL, ISSUED_AT)))


def text_of(reader: PdfReader) -> str:
    """The words of the only page, however the lines were broken."""
    return " ".join(reader.pages[0].extract_text().split())


def spot(cm: list[float], tm: list[float]) -> tuple[float, float]:
    """Where a text begins on the page, in points from its lower left corner."""
    x, y = tm[4], tm[5]
    return cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Certificate of completion", "Aigerim Omarova", "21.5 hours", "16–20 November 2026", "Leyla Əliyeva"]),
        ("ru", ["Сертификат об успешном завершении программы обучения", "Айгерім Нұрмұхамедқызы Омарова", "21,5 часа"]),
        ("both", ["Certificate of completion", "Нұрмұхамедқызы", "Kazakhstan", "Казахстан", "ROCB-2026-000123", URL]),
    ],
)
def test_certificate_text_can_be_read_back(language, expected):
    text = text_of(rendered(paper(), language))

    assert [words for words in expected if words not in text] == []


def test_certificate_of_attendance_never_says_completion():
    english = text_of(rendered(paper(kind=CertificateKind.ATTENDANCE, result_en=None, result_ru=None), "both"))

    assert "Certificate of attendance" in english
    assert "Сертификат участника" in english
    assert "complet" not in english
    assert "завершени" not in english


@pytest.mark.parametrize(
    "letters", ["ӘәҒғҚқҢңӨөҰұҮүҺһІі", "ƏəĞğİıŞşÇçÖöÜü", "ӢӣӮӯҲҳҶҷ", "ȘșȚțĂăÂâÎî", "ЂђЉљЊњЏџЃѓЌќ", "ҐґЇїЄє"]
)
def test_certificate_prints_the_letters_of_the_region(letters):
    assert letters in text_of(rendered(paper(name_native=letters, name_latin="Latin"), "ru"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fields", [{}, LONG, UNBROKEN], ids=["plain", "long", "unbroken"])
def test_certificate_stays_on_one_page_inside_its_frame(language, fields):
    reader = rendered(paper(**fields), language)

    spots: list[tuple[float, float]] = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, *_: spots.append(spot(cm, tm)) if text.strip() else None
    )

    assert len(reader.pages) == 1
    assert [round(float(side)) for side in reader.pages[0].mediabox] == [0, 0, 842, 595]
    assert all(30 < x < 812 and 30 < y < 565 for x, y in spots)


def test_certificate_gives_the_copied_text_of_long_words_as_it_was_typed():
    pdf = certificate_pdf(paper(**UNBROKEN), "both", URL, ISSUED_AT)

    assert is_copied_as_shown(pdf)


def test_certificate_prints_the_footnote_of_the_administration():
    text = text_of(rendered(paper(organisation_en="Customs administration, Kosovo*", note_en=KOSOVO), "en"))

    assert "Kosovo*" in text
    assert KOSOVO in text


def test_certificate_prints_english_where_russian_is_lacking():
    assert "Container Security" in text_of(rendered(paper(title_ru=None), "ru"))


def test_certificate_takes_hostile_text_for_text():
    hostile = '#import "x" $ [ @foo <b> \\ */ // ]'

    assert hostile in text_of(rendered(paper(name_latin=hostile, name_native=None), "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_certificate_is_archival_tagged_and_titled(language):
    reader = rendered(paper(), language)

    catalogue = reader.root_object
    metadata = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == ("ru" if language == "ru" else "en")
    assert "ROCB-2026-000123" in reader.metadata.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_certificate_is_the_same_file_every_time_in_every_thread(language):
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda _: certificate_pdf(paper(), language, URL, ISSUED_AT), range(8)))

    assert len(set(files)) == 1
