from __future__ import annotations

from typing import Any

import pytest

from trainingapp.core.links import absolute


@pytest.mark.parametrize(
    ("public_url", "address"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/letters/7"),
        ("https://training.example.org", "https://training.example.org/letters/7"),
        ("https://example.org/training", "https://example.org/training/letters/7"),
    ],
)
def test_address_is_the_public_one(app: Any, monkeypatch: pytest.MonkeyPatch, public_url: str, address: str) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", public_url)

    assert absolute("mail.letter", letter_id=7) == address


def test_address_does_not_believe_the_visitor(app: Any) -> None:
    with app.test_request_context(base_url="http://evil.example.net"):
        assert absolute("mail.my_letters").startswith("http://localhost/")
