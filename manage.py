#!/usr/bin/env python3
"""What a newcomer or an operator starts. Needs nothing but Python: makes .venv and hands over to what is in it.

python3 manage.py demo [--host H] [--port N]   the demonstration office, with one account per role
python3 manage.py run [--host H] [--port N]    the office for real; settings in the environment or in the file .env
python3 manage.py backup FILE                  the database and all files in one archive; `restore FILE` puts it back
python3 manage.py test [--quick] [...]         the tests, or those worth running all the time; more goes to pytest
python3 manage.py check [--fast]               format, lint, types, contracts, templates, catalogue, migrations, tests
python3 manage.py bench                        how fast it is, as ratios
python3 manage.py messages                     takes changed texts of the interface into the Russian catalogue
python3 manage.py lock                         pins the packages again after a change in pyproject.toml (needs uv)
python3 manage.py COMMAND ...                  any command of `flask`; `python3 manage.py --help` lists them
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit("This needs Python 3.11 or newer, but {} is Python {}.{}.".format(sys.executable, *sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
RUNTIME, POSTGRES, DEV = "requirements.txt", "requirements-postgres.txt", "requirements-dev.txt"
INCLUDES = {RUNTIME: [RUNTIME], POSTGRES: [RUNTIME, POSTGRES], DEV: [RUNTIME, POSTGRES, DEV]}
TEMPLATE = ROOT / "translations" / "messages.pot"
CATALOGUE = ROOT / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
CALLS = ["--keyword", "_l _n:1,2 _ln:1,2 _p:1c,2", "--add-comments", "Translators:"]
DEVELOPMENT = "config.Development"
SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")  # a file's tests share what they load
NO_NETWORK = (
    "dns error|name resolution|name or service not known|nodename nor servname|getaddrinfo failed|"
    "error sending request|tcp connect error|network is unreachable|NewConnectionError|ConnectTimeout"
)


# ---------------------------------------------------------------- the environment


def prepare(requirements: str) -> None:
    """Makes .venv with these packages, unless they are there already."""
    if PYTHON.exists() and stamp(requirements).exists() and stamp(requirements).read_text() == digest(requirements):
        return
    print("Installing the packages of", requirements, "into .venv. The first time this takes about half a minute.")
    sys.stdout.flush()
    for each in INCLUDES:
        stamp(each).unlink(missing_ok=True)
    uv = working_uv()
    install_with_uv(uv, requirements) if uv else install_with_pip(requirements)
    for each in INCLUDES[requirements]:
        stamp(each).write_text(digest(each))


def stamp(requirements: str) -> Path:
    return VENV / (requirements + ".sha256")


def digest(requirements: str) -> str:
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()


def working_uv() -> "str | None":
    """The path of uv; None also for a shim on the path that leads nowhere."""
    uv = shutil.which("uv")
    return uv if uv and works([uv]) else None


def works(program: list) -> bool:
    try:
        return subprocess.run([*program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def install_with_uv(uv: str, requirements: str) -> None:
    if not PYTHON.exists():
        install([uv, "venv", "--clear", "--python", sys.executable, VENV])
    # compiled here once: no start has to do it again, not even on a machine that writes no bytecode itself
    install(
        [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON, "--require-hashes", "-r", ROOT / requirements]
    )


def install_with_pip(requirements: str) -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(
            "This Python cannot make virtual environments: its module venv is not complete. On Debian and Ubuntu, "
            "install the package python3-venv (apt install python3-venv). Then give the same command again."
        )
    if not works([PYTHON, "-m", "pip"]):
        install([sys.executable, "-m", "venv", "--clear", VENV])
    options = [
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "2",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    install([PYTHON, "-m", "pip", "install", *options, "-r", ROOT / requirements])


def install(command: list) -> None:
    """Runs one step of the installation; when it fails, ends with a sentence that says what to do."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    if done.returncode == 0:
        return
    if re.search(NO_NETWORK, done.stdout, re.IGNORECASE):
        sys.exit(
            "The packages could not be fetched: this machine does not reach the package index. "
            "Connect it to the network (it is needed this once only) and give the same command again."
        )
    said = "\n".join("  " + line for line in done.stdout.strip().splitlines()[-8:])
    sys.exit(f"The packages could not be installed. The installer said:\n{said}\nThen give the same command again.")


# ---------------------------------------------------------------- what runs in it


def environment(**settings: str) -> dict:
    ours = {"FLASK_APP": "trainingapp.app:create_app", "FLASK_SKIP_DOTENV": "1"}  # we read .env ourselves
    chosen = {**os.environ, **ours, **settings}
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**chosen, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def hand_over(command: list, env: dict, cwd: "Path | None" = None) -> None:
    """Becomes this command, so that signals and exit codes are its own."""
    if cwd:
        os.chdir(cwd)
    words = [str(word) for word in command]
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(words[0], words, env)
    sys.exit(subprocess.run(words, env=env).returncode)


def flask(configuration: str, *arguments: str) -> None:
    database = os.environ.get("DATABASE_URL", "")
    prepare(POSTGRES if database.startswith("postgres") else RUNTIME)
    hand_over([PYTHON, "-m", "flask", *arguments], environment(APP_CONFIG=configuration))


def babel(*arguments: object) -> int:
    command = [PYTHON, "-m", "babel.messages.frontend", "--quiet", *arguments]
    return subprocess.run([str(word) for word in command], cwd=ROOT).returncode


def read_settings() -> None:
    """Settings of the file .env, a line each as NAME=value; what the environment already says is stronger."""
    file = ROOT / ".env"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for line in lines:
        name, separator, value = line.partition("=")
        if separator and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


# ---------------------------------------------------------------- the commands


def demo(*arguments: str) -> None:
    chosen = os.environ.get("APP_CONFIG") or DEVELOPMENT
    if chosen != DEVELOPMENT:
        sys.exit(
            f"APP_CONFIG is {chosen}: the demonstration is never loaded into a real office. To see it on this machine, "
            "take APP_CONFIG, DATABASE_URL and DATA_DIR out of the environment first."
        )
    flask(DEVELOPMENT, "demo", *arguments)


def run(*arguments: str) -> None:
    read_settings()
    flask(os.environ.get("APP_CONFIG") or "config.Production", "serve", *arguments)


def test(*arguments: str) -> None:
    prepare(DEV)
    hand_over([PYTHON, "-m", "pytest", *SIDE_BY_SIDE, *arguments], environment(), cwd=ROOT)


def bench(*arguments: str) -> None:
    prepare(DEV)
    hand_over([PYTHON, "-m", "tests.bench", *arguments], environment(), cwd=ROOT)


def messages(*_: str) -> None:
    prepare(DEV)
    failed = extract(TEMPLATE) or update(TEMPLATE)
    sys.exit(failed)


def extract(template: Path) -> int:
    form = ["--mapping", "pyproject.toml", "--omit-header", "--no-location", "--sort-output"]
    return babel("extract", *form, *CALLS, "--output-file", template, "trainingapp")


def update(template: Path, *options: str) -> int:
    kept = ["--no-wrap", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"]
    return babel("update", *kept, *options, "--input-file", template, "--output-file", CATALOGUE, "--locale", "ru")


def lock(*_: str) -> None:
    uv = working_uv() or sys.exit("This needs uv: pip install uv.")
    common = [uv, "pip", "compile", "--quiet", "pyproject.toml", "--universal", "--generate-hashes", "--no-header"]
    bound = ["--constraint", RUNTIME]
    for options in (
        ["--output-file", RUNTIME],
        ["--extra", "postgres", *bound, "--output-file", POSTGRES],
        ["--extra", "postgres", "--group", "dev", *bound, "--output-file", DEV],
    ):
        subprocess.run([*common, *options], cwd=ROOT, check=True)


def check(*arguments: str) -> None:
    """Every check, whatever the ones before it said; the names of those that failed come last."""
    prepare(DEV)
    failed = [name for name, passes in checks("--fast" in arguments).items() if not reported(name, passes)]
    sys.exit("Failed: " + ", ".join(failed) if failed else 0)


def checks(fast: bool) -> dict:
    tools = {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "types": ["mypy"],
        "contracts": ["lint-imports"],
        "templates": ["djlint", "--lint", "--quiet", "trainingapp"],
        "dead code": ["vulture"],
    }
    steps = {name: lambda command=command: tool(command) for name, command in tools.items()}
    steps.update({"catalogue": catalogue_is_current, "migrations": migrations_are_complete})
    return steps if fast else {**steps, "tests": lambda: tool(["pytest", *SIDE_BY_SIDE])}


def reported(name: str, passes: object) -> bool:
    print("== " + name)
    sys.stdout.flush()
    return passes()


def tool(command: list, **more: str) -> bool:
    words = [str(BIN / command[0]), *command[1:]]
    return subprocess.run(words, cwd=ROOT, env=environment(APP_CONFIG="config.Development", **more)).returncode == 0


def catalogue_is_current() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extracted = extract(template) == 0 and TEMPLATE.exists() and template.read_bytes() == TEMPLATE.read_bytes()
        if not extracted or update(template, "--check") != 0:
            print("The texts of the interface have changed: give `python3 manage.py messages` and translate them.")
            return False
    return True


def migrations_are_complete() -> bool:
    """A new database of migrations only is what the models describe."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATA_DIR": folder, "DATABASE_URL": ""}
        return tool(["flask", "db", "upgrade"], **place) and tool(["flask", "db", "check"], **place)


COMMANDS = {each.__name__: each for each in (demo, run, test, check, bench, messages, lock)}


def main(arguments: "list[str]") -> None:
    if not arguments:
        sys.exit(__doc__)
    if arguments[0] in COMMANDS:
        COMMANDS[arguments[0]](*arguments[1:])
    else:
        read_settings()
        flask(os.environ.get("APP_CONFIG") or DEVELOPMENT, *arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
