"""Settings, read from the environment. The package never imports this module: `APP_CONFIG` names the class to use."""

import math
import os
import re
import secrets
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
WORKING_DAY = timedelta(hours=12)
CONNECTION_LASTS = 300  # seconds; each new one reads the server's clock
MEGABYTE = 1024 * 1024
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
KEY_BITS = 80  # 32 random hexadecimal digits show 90 or more
GUESSED = ("secret", "change", "example", "password", "random")
HOW_TO_MAKE_A_KEY = (
    'Make one with `python3 -c "import secrets; print(secrets.token_hex(32))"` and keep it out of the repository.'
)


class Base:
    """What all settings share. Every value can be given in the environment; what is left out has a harmless default."""

    BOOTSTRAP_SERVE_LOCAL = True
    DEMONSTRATION = False
    FOLDER = "office"
    EMAIL_OF_OFFICE = ""
    FOLLOW_SERVER_CLOCK = True  # of PostgreSQL, so that all machines that serve the office agree on the time
    MAX_CONTENT_LENGTH = 16 * MEGABYTE
    MAX_FORM_MEMORY_SIZE = 2 * MEGABYTE
    MAX_FORM_PARTS = 5000
    PERMANENT_SESSION_LIFETIME = WORKING_DAY
    SESSION_COOKIE_PATH = "/"
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    REMEMBER_COOKIE_HTTPONLY = True
    REMEMBER_COOKIE_SAMESITE = "Lax"
    WTF_CSRF_TIME_LIMIT = int(WORKING_DAY.total_seconds())

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.environ = environ
        self.DATA_DIR = usable("DATA_DIR", Path(environ.get("DATA_DIR") or ROOT / "instance" / self.FOLDER))
        named = environ.get("FILES_DIR")
        self.FILES_DIR = usable("FILES_DIR", Path(named or self.DATA_DIR / "files"), must_exist=bool(named))
        self.QUEUE_FILE = self.DATA_DIR / "queue.sqlite3"
        self.SECRET_KEY = self.secret_key()
        self.SQLALCHEMY_DATABASE_URI = self.database_url()
        self.SQLALCHEMY_ENGINE_OPTIONS = self.engine_options()
        self.PUBLIC_URL = self.public_url().rstrip("/")
        self.SESSION_COOKIE_SECURE = self.REMEMBER_COOKIE_SECURE = self.PUBLIC_URL.startswith("https://")
        prefix = "__Host-" if self.SESSION_COOKIE_SECURE else ""  # no other site of the same domain can set such a one
        self.SESSION_COOKIE_NAME, self.REMEMBER_COOKIE_NAME = f"{prefix}trainingapp", f"{prefix}trainingapp_remember"
        self.PROXY_COUNT = self.number("PROXY_COUNT", 0)
        name_en, name_ru = self.office_name()
        self.OFFICE_NAME_EN = environ.get("OFFICE_NAME_EN") or name_en
        self.OFFICE_NAME_RU = environ.get("OFFICE_NAME_RU") or name_ru
        self.OFFICE_EMAIL = self.email("OFFICE_EMAIL", self.EMAIL_OF_OFFICE)
        self.OFFICE_PHONE = " ".join(environ.get("OFFICE_PHONE", "").split())
        self.OFFICE_TIME_ZONE = environ.get("OFFICE_TIME_ZONE") or "Asia/Baku"
        self.MAIL_SERVER = environ.get("MAIL_SERVER", "")
        self.MAIL_PORT = self.number("MAIL_PORT", 587)
        self.MAIL_USERNAME = environ.get("MAIL_USERNAME", "")
        self.MAIL_PASSWORD = environ.get("MAIL_PASSWORD", "")
        self.MAIL_USE_TLS = environ.get("MAIL_USE_TLS", "yes").lower() not in {"no", "false", "0"}
        self.MAIL_SENDER = environ.get("MAIL_SENDER", "")

    def secret_key(self) -> str:
        return self.environ.get("SECRET_KEY") or kept_secret(self.DATA_DIR / "secret_key")

    def database_url(self) -> str:
        """The database's address, with the driver that is installed; a file of SQLite unless one is given."""
        url = self.environ.get("DATABASE_URL") or f"sqlite:///{self.DATA_DIR / 'trainingapp.sqlite3'}"
        scheme, separator, rest = url.partition("://")
        return "postgresql+psycopg://" + rest if separator and scheme in {"postgres", "postgresql"} else url

    def engine_options(self) -> dict[str, Any]:
        """How we talk to the database: what a statement is given, say a password's hash, never reaches the log."""
        postgres = {"pool_pre_ping": True, "pool_recycle": CONNECTION_LASTS}
        return {"hide_parameters": True, **(postgres if self.SQLALCHEMY_DATABASE_URI.startswith("postgresql") else {})}

    def public_url(self) -> str:
        return self.environ.get("PUBLIC_URL") or "http://127.0.0.1:8000"

    def office_name(self) -> tuple[str, str]:
        """The office's own name in English and Russian."""
        return "Regional Training Office", "Региональное учебное бюро"

    def email(self, name: str, default: str) -> str:
        text = (self.environ.get(name) or default).strip()
        if text and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", text):
            raise SystemExit(f"{name} must be one e-mail address, but it is {text!r}.")
        return text

    def number(self, name: str, default: int) -> int:
        text = self.environ.get(name) or str(default)
        if not text.isdecimal():
            raise SystemExit(f"{name} must be a whole number, but it is {text!r}.")
        return int(text)


class Development(Base):
    """A developer's machine and the demonstration: needs no setting at all."""

    DEMONSTRATION = True
    FOLDER = "demo"  # never the office's own
    EMAIL_OF_OFFICE = "office@example.org"

    def office_name(self) -> tuple[str, str]:
        return (
            "Regional Office for Capacity Building (demonstration)",
            "Региональное бюро по созданию потенциала (демонстрация)",
        )


class Testing(Base):
    """Reads nothing from the machine's environment, only what a test gives."""

    TESTING = True
    FOLLOW_SERVER_CLOCK = False  # tests travel in time
    ARGON2_TIME_COST = ARGON2_PARALLELISM = 1
    ARGON2_MEMORY_COST = 8  # KiB: a test has no secrets
    WTF_CSRF_ENABLED = False

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__({"SECRET_KEY": "for tests only", "PUBLIC_URL": "http://localhost", **environ})


class Production(Base):
    """Real people's data: refuses to start on a guessed key or address."""

    def secret_key(self) -> str:
        key = self.environ.get("SECRET_KEY", "")
        if len(key) < 32:
            raise SystemExit(f"SECRET_KEY is missing or shorter than 32 characters. {HOW_TO_MAKE_A_KEY}")
        if any(word in key.lower() for word in GUESSED) or bits(key) < KEY_BITS:
            raise SystemExit(f"SECRET_KEY is easy to guess. {HOW_TO_MAKE_A_KEY}")
        return key

    def public_url(self) -> str:
        url = self.environ.get("PUBLIC_URL", "")
        if fault := fault_of_address(url):
            raise SystemExit(
                f"PUBLIC_URL {fault}. It is the address that people type, for example https://training.example.org, "
                "and is printed on certificates and in letters."
            )
        return url


def fault_of_address(url: str) -> str:
    """What is wrong with the address that people are to type; nothing for a good one."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "cannot be read"
    if parts.scheme not in {"http", "https"}:
        return "must begin with https://" if url else "is missing"
    if not re.fullmatch(r"[\w.-]*\w|[0-9a-f]*:[0-9a-f:.]+", host):
        return "names no host"
    if "@" in parts.netloc:
        return "must not contain a user name or password"
    if parts.path.strip("/") or "?" in url or "#" in url:
        return "must end after the host: no path, no question mark, no #"
    if parts.scheme == "http" and host not in THIS_MACHINE:
        return "must begin with https://, because passwords can be read on the way with http://"
    return ""


def bits(key: str) -> float:
    """How much there is to guess in a key at most, in bits; a repeated pattern counts once, abcd hardly."""
    period = next(length for length in range(1, len(key) + 1) if (key[:length] * len(key)).startswith(key))
    steps = [ord(later) - ord(earlier) for earlier, later in pairwise(key[:period])]
    return min(information(list(key[:period])), information(steps))


def information(symbols: list[Any]) -> float:
    """Shannon's measure of a text, in bits."""
    counts = Counter(symbols).values()
    return sum(count * math.log2(len(symbols) / count) for count in counts)


def usable(name: str, folder: Path, *, must_exist: bool = False) -> Path:
    """The folder, made where it may be missing and tried by writing: a disk that is full or gone is found at once."""
    folder = folder.resolve()
    try:
        if not must_exist:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise SystemExit(
            f"{name} cannot be used: {folder}: {error.strerror}. It must be a folder to write to."
        ) from None


def kept_secret(path: Path) -> str:
    """The key in this file, which is made on first use and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii")
