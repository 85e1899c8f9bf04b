"""Production starts on good settings only, and says what is wrong with others."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

import config

KEY = secrets.token_hex(16)
URL = "https://training.example.org"


def started(folder: Path, **settings: str) -> config.Production:
    return config.Production({"DATA_DIR": str(folder), "SECRET_KEY": KEY, "PUBLIC_URL": URL, **settings})


@pytest.mark.parametrize(
    "url", [URL, f"{URL}/", f"{URL}:8443", "http://localhost:8000", "http://127.0.0.1", "http://[::1]"]
)
def test_production_starts_on_a_random_key_and_a_plain_address(tmp_path: Path, url: str) -> None:
    assert url.rstrip("/") == started(tmp_path, PUBLIC_URL=url).PUBLIC_URL


@pytest.mark.parametrize(
    "key",
    [
        "a" * 64,
        "deadbeef" * 8,
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "a" * 63 + "b",
        "change-me-9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "python3 -c 'import secrets; print(secrets.token_hex(32))'",
    ],
)
def test_production_refuses_a_key_that_can_be_guessed(tmp_path: Path, key: str) -> None:
    with pytest.raises(SystemExit, match=r"SECRET_KEY is easy to guess\. Make one with `python3 -c"):
        started(tmp_path, SECRET_KEY=key)


def test_production_refuses_a_short_key(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="SECRET_KEY is missing or shorter than 32 characters"):
        started(tmp_path, SECRET_KEY=secrets.token_hex(15))


def test_random_keys_are_never_taken_for_guessed_ones() -> None:
    assert min(config.bits(secrets.token_hex(16)) for _ in range(2000)) > config.KEY_BITS
    assert min(config.bits(secrets.token_urlsafe(24)) for _ in range(2000)) > config.KEY_BITS


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "is missing"),
        ("training.example.org", "must begin with https://"),
        ("ftp://training.example.org", "must begin with https://"),
        ("https://", "names no host"),
        ("https:///certificates", "names no host"),
        ("https://a b", "names no host"),
        ("https://.", "names no host"),
        ("https://a.example.org:99999", "cannot be read"),
        ("https://[bad", "cannot be read"),
        ("https://anna:word@a.example.org", "must not contain a user name or password"),
        ("https://a.example.org/office", "must end after the host"),
        ("https://a.example.org?x=1", "must end after the host"),
        ("https://a.example.org/#top", "must end after the host"),
        ("http://training.example.org", "passwords can be read on the way"),
        ("http://localhost.example.org", "passwords can be read on the way"),
    ],
)
def test_production_says_what_is_wrong_with_an_address(tmp_path: Path, url: str, fault: str) -> None:
    with pytest.raises(SystemExit) as refused:
        started(tmp_path, PUBLIC_URL=url)

    assert f"PUBLIC_URL {fault}" in str(refused.value).replace("must begin with https://, because ", "")


def test_office_is_reached_as_the_settings_say(tmp_path: Path) -> None:
    office = started(tmp_path, OFFICE_EMAIL=" office@example.org ", OFFICE_PHONE="+994 12\n345 67 89")

    assert (office.OFFICE_EMAIL, office.OFFICE_PHONE) == ("office@example.org", "+994 12 345 67 89")
    assert started(tmp_path).OFFICE_EMAIL == ""
    assert config.Development({"DATA_DIR": str(tmp_path)}).OFFICE_EMAIL == "office@example.org"


@pytest.mark.parametrize("text", ["office", "office@", "a@example.org, b@example.org", "Office <office@example.org>"])
def test_office_address_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SystemExit, match="OFFICE_EMAIL must be one e-mail address"):
        started(tmp_path, OFFICE_EMAIL=text)
