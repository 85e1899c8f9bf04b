"""Printed fields for tests: a plausible certificate, any part of which a test may change."""

from __future__ import annotations

from datetime import date
from typing import Any

from trainingapp.certificates.models import CertificateKind
from trainingapp.certificates.rules.issuing import PrintedFields

PLAIN: dict[str, Any] = {
    "kind": CertificateKind.COMPLETION,
    "serial": "ROCB-2026-000123",
    "code": "7KQ2M-9XJ4T-B3WNC-5ZHVD",
    "name_latin": "Aigerim Omarova",
    "name_native": "Айгерім Нұрмұхамедқызы Омарова",
    "organisation_en": "Customs administration, Kazakhstan",
    "organisation_ru": "Таможенная администрация, Казахстан",
    "title_en": "Container Security and Contraband Detection",
    "title_ru": "Безопасность контейнерных перевозок и выявление контрабанды",
    "session_code": "CSCD-2026-02",
    "hours": 1290,
    "starts_on": date(2026, 11, 16),
    "ends_on": date(2026, 11, 20),
    "place_en": "Cargo and Container Training Centre, Baku",
    "place_ru": "Центр обучения по контролю грузов и контейнеров, Баку",
    "result_en": "Passed, 86%",
    "result_ru": "Зачтено, 86 %",
    "issuer_en": "Regional Office for Capacity Building",
    "issuer_ru": "Региональное бюро по созданию потенциала",
    "signatory_name_en": "Leyla Əliyeva",
    "signatory_name_ru": "Лейла Алиева",
    "signatory_post_en": "Head of the Regional Office",
    "signatory_post_ru": "глава Регионального бюро",
    "issued_on": date(2026, 11, 21),
    "valid_until": date(2028, 11, 21),
}


def paper(**changes: Any) -> PrintedFields:
    return PrintedFields(**{**PLAIN, **changes})
