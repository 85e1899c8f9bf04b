"""What a reviewer would otherwise have to say again and again."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import wtforms
from flask import Blueprint, Flask
from jinja2 import Environment, nodes
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired

import config
import trainingapp
from tests.builders import an_organisation
from tests.statements import writes
from trainingapp.accounts.models import Organisation
from trainingapp.app import FEATURES, UNDECLARED, create_app
from trainingapp.core.db import db
from trainingapp.core.events import Event
from trainingapp.core.links import ABOVE
from trainingapp.core.permissions import POLICY, P
from trainingapp.core.text import words
from trainingapp.core.web import BaseForm

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "trainingapp"
TEXTS = {
    ".py",
    ".html",
    ".txt",
    ".toml",
    ".md",
    ".css",
    ".js",
    ".json",
    ".csv",
    ".typ",
    ".po",
    ".pot",
    ".cfg",
    ".ini",
    "",
}
LEFT_OUT = {"instance", "node_modules", "__pycache__", "screenshots"}
MACHINE_PATH = re.compile(r"(?<![\w.\-/])/(home|root|work|Users)/\w|[A-Z]:\\\\?Users")
DEFINITIONS = (nodes.Macro, nodes.FromImport, nodes.Import, nodes.Assign, nodes.AssignBlock)


# ---------------------------------------------------------------- access


def test_every_view_declares_its_access(app: Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if name not in UNDECLARED}

    silent = [name for name, view in views.items() if not hasattr(view, "access")]

    assert len(views) > 60
    assert silent == []


def test_view_without_declared_access_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    planted = Blueprint("planted", __name__)
    planted.add_url_rule("/planted", "secret", lambda: "everything about everybody")
    monkeypatch.setattr("trainingapp.records.views.bp", planted)

    with pytest.raises(RuntimeError, match=r"do not declare who may use them: planted\.secret"):
        create_app(config.Testing({"DATA_DIR": str(tmp_path)}))


def test_every_permission_has_its_rule() -> None:
    assert set(POLICY) == set(P)


def test_every_permission_is_asked_for() -> None:
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html"} and path.name != "permissions.py"]
    text = "\n".join(path.read_text("utf-8") for path in sources)

    assert [permission.name for permission in P if not re.search(rf"\bP\.{permission.name}\b", text)] == []


def test_every_form_is_of_our_kind() -> None:
    for module in pkgutil.walk_packages(trainingapp.__path__, "trainingapp."):
        importlib.import_module(module.name)

    ours = [form for form in descendants(wtforms.Form) if form.__module__.startswith("trainingapp.")]

    assert len(ours) > 20
    assert [form.__name__ for form in ours if not issubclass(form, BaseForm)] == []


def test_required_text_of_spaces_is_missing() -> None:
    """InputRequired takes spaces for an answer, and the filter then leaves None of them."""
    for module in pkgutil.walk_packages(trainingapp.__path__, "trainingapp."):
        importlib.import_module(module.name)

    forgiving = [
        f"{form.__name__}.{name}"
        for form in descendants(BaseForm)
        for name, field in vars(form).items()
        if isinstance(field, UnboundField) and takes_spaces(field)
    ]

    assert forgiving == []


def takes_spaces(field: UnboundField) -> bool:
    is_text = field.field_class in {wtforms.StringField, wtforms.TextAreaField}
    validators = [*field.args[1:2], field.kwargs.get("validators", ())]
    return is_text and any(isinstance(one, InputRequired) for some in validators for one in some or ())


def descendants(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


# ---------------------------------------------------------------- a look changes nothing


def test_page_that_writes_is_noticed(app: Flask) -> None:
    an_organisation()

    with writes(db.engine) as changes:
        db.session.execute(db.select(Organisation)).all()
        assert changes == []

        an_organisation()

    assert len(changes) == 1
    assert changes[0].startswith("INSERT INTO organisation")


def test_every_route_that_changes_takes_post_only(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}

    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


# ---------------------------------------------------------------- who may import whom


def lint_imports(folder: Path) -> tuple[int, str]:
    """The exit code of import-linter in that folder, and what it says, in one line."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def copy_of_package(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "trainingapp", ignore=shutil.ignore_patterns("__pycache__", "static"))
    return tmp_path / "trainingapp"


def plant(file: Path, line: str) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")


def test_import_contracts_hold() -> None:
    code, said = lint_imports(ROOT)

    assert code == 0, said


def test_import_that_breaks_a_contract_is_named(copy_of_package: Path) -> None:
    plant(copy_of_package / "core" / "text.py", "import trainingapp.enrolment.services")
    plant(copy_of_package / "records" / "models.py", "import trainingapp.records.services")
    plant(copy_of_package / "catalogue" / "rules.py", "import flask")

    code, said = lint_imports(copy_of_package.parent)

    assert code == 1
    assert "trainingapp.core.text -> trainingapp.enrolment.services" in said
    assert "trainingapp.records.models -> trainingapp.records.services" in said
    assert "trainingapp.catalogue.rules -> flask" in said


def test_package_without_a_rung_and_file_without_a_room_are_named(copy_of_package: Path) -> None:
    plant(copy_of_package / "surveys" / "__init__.py", "")
    plant(copy_of_package / "records" / "helpers.py", "")

    code, said = lint_imports(copy_of_package.parent)

    assert code == 1
    assert "trainingapp.surveys" in said
    assert "trainingapp.records.helpers" in said


CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
LADDER, ROOMS = CONTRACTS[0]["layers"], CONTRACTS[1]["containers"]
DECLARING = {"menu.py", "log.py", "links.py"}  # where a feature may name pages above it
KNOW_ALL = {"app", "cli", "seed"}


def test_every_feature_is_gathered_and_holds_the_closed_list_of_rooms() -> None:
    features = set(LADDER) - KNOW_ALL - {"core"}

    assert set(FEATURES) == features
    assert set(ROOMS) == {f"trainingapp.{feature}" for feature in features}


def home_of(path: Path) -> str:
    """The feature in whose folder a file stands; what is common to all is of core."""
    first = path.relative_to(PACKAGE).parts[0]
    return "core" if first == "templates" else first


def homes(app: Flask) -> dict[str, str]:
    """The feature of each endpoint and of each template, by its name."""
    views = {name: inspect.unwrap(view).__module__.split(".") for name, view in app.view_functions.items()}
    pages = {name: parts[1] for name, parts in views.items() if parts[0] == "trainingapp"}
    files = [path for path in PACKAGE.rglob("templates/**/*") if path.is_file()]
    return pages | {path.as_posix().rpartition("/templates/")[2]: home_of(path) for path in files}


def texts_in(path: Path) -> set[str]:
    """The strings that stand in a module or a template."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        parts = (part.value for part in ast.walk(ast.parse(source)) if isinstance(part, ast.Constant))
    else:
        environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
        parts = (part.value for part in environment.parse(source).find_all(nodes.Const))
    return {part for part in parts if isinstance(part, str)}


def test_links_and_parts_of_pages_that_point_up_the_ladder_are_declared(app: Flask) -> None:
    known = homes(app)
    modules = [path for path in PACKAGE.rglob("*.py") if path.name not in DECLARING]
    shown = [path for path in PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".txt"}]
    files = [path for path in (*modules, *shown) if home_of(path) in LADDER and home_of(path) not in KNOW_ALL]

    up = {
        name: path.name
        for path in files
        for name in texts_in(path) & set(known)
        if LADDER.index(known[name]) < LADDER.index(home_of(path))
    }

    assert len(files) > 300
    assert {name: file for name, file in up.items() if name not in ABOVE} == {}
    assert set(ABOVE) - set(up) == set()


def test_no_two_features_give_one_name_to_two_things() -> None:
    """The log finds events by their names, and Jinja takes the first template of a name that it finds."""
    for module in pkgutil.walk_packages(trainingapp.__path__, "trainingapp."):
        importlib.import_module(module.name)
    events = [event.__name__ for event in descendants(Event) if event.__module__.startswith("trainingapp.")]
    files = [path for path in PACKAGE.rglob("templates/**/*") if path.is_file()]
    names = [path.as_posix().rpartition("/templates/")[2] for path in files]

    assert len(events) > 60
    assert [name for name, count in Counter([*events, *names]).items() if count > 1] == []


TOGETHER = {"enrolment/models", "enrolment/services", "enrolment/texts", "scheduling/services"}  # see record 19
GATHERED = {"views", "invariants"}


def names_its_files(file: Path) -> bool:
    """Whether a folder's own module takes something out of the folder's files, to be found there a second time."""
    package = ".".join(file.parent.relative_to(ROOT).parts)
    statements = ast.walk(ast.parse(file.read_text("utf-8")))
    return any(isinstance(one, ast.ImportFrom) and (one.module or "").startswith(f"{package}.") for one in statements)


def test_what_a_folder_holds_is_imported_from_its_file() -> None:
    folders = [file for file in PACKAGE.glob("*/*/__init__.py") if file.parent.parent.name in FEATURES]
    naming = {file.parent.relative_to(PACKAGE).as_posix() for file in folders if names_its_files(file)}

    assert {name for name in naming if name.rpartition("/")[2] not in GATHERED} == TOGETHER


# ---------------------------------------------------------------- templates


def templates(*endings: str) -> Iterator[tuple[str, nodes.Template]]:
    """The pages and parts of pages, or the templates with one of the endings."""
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
    paths = [path for path in PACKAGE.rglob("templates/**/*") if path.suffix in (endings or {".html"})]
    for path in sorted(paths):
        yield str(path.relative_to(PACKAGE)), environment.parse(path.read_text("utf-8"))


def is_only_definitions(template: nodes.Template) -> bool:
    return all(isinstance(node, DEFINITIONS) or is_space(node) for node in template.body)


def is_space(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


def extends(template: nodes.Template) -> str | None:
    parent: Any = next((node.template for node in template.find_all(nodes.Extends)), None)
    return parent.value if parent else None


def test_every_page_extends_the_base() -> None:
    whole = ((name, template) for name, template in templates() if "/cards/" not in name)
    pages = {name: extends(template) for name, template in whole if not is_only_definitions(template)}

    others = {name: parent for name, parent in pages.items() if parent != "base.html"}

    assert len(pages) > 30
    assert others == {"templates/base.html": None}


def test_every_imported_macro_is_used() -> None:
    unused = {name: left for name, template in templates() if (left := imported(template) - mentioned(template))}

    assert unused == {}


def test_templates_name_endpoints_in_full() -> None:
    """Their ``url_for`` keeps patterns by endpoint: one that begins with a dot is another on each feature's pages."""
    calls = [(name, call) for name, template in templates() for call in template.find_all(nodes.Call) if is_link(call)]

    short = [name for name, call in calls if getattr(call.args[0], "value", "").startswith(".")]

    assert len(calls) > 100
    assert short == []


def is_link(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "url_for"


def imported(template: nodes.Template) -> set[str]:
    names = [name for node in template.find_all(nodes.FromImport) for name in node.names]
    return {name[1] if isinstance(name, tuple) else name for name in names}


def mentioned(template: nodes.Template) -> set[str]:
    return {node.name for node in template.find_all(nodes.Name) if node.ctx == "load"}


TYPED = re.compile(r"(\w+_)?reason(_given)?|exception|motivation|remark")
TELLING = {"reason", "typed"}
FORMS = {"form", "no", "refusal", "acceptance"}
OUR_OWN_WORDS = {  # no reason that somebody typed
    "certificates/templates/certificates/replace.html": {"reason"},
    "certificates/templates/certificates/session.html": {"reason"},
    "nomination/templates/nomination/nominate_list.html": {"remark"},
}


def untold(template: nodes.Template) -> set[str]:
    """What people typed and a template shows, or puts aside to show, as it is stored."""
    told = {id(part) for found in template.find_all(nodes.Filter) if found.name in TELLING for part in parts_of(found)}
    asked = {id(part) for found in template.find_all(nodes.CondExpr) for part in parts_of(found.test)}
    shown = [part for found in template.find_all((nodes.Output, nodes.Assign)) for part in parts_of(found)]
    return {part_name(part) for part in shown if id(part) not in told | asked} - {""}


def parts_of(node: nodes.Node) -> list[nodes.Node]:
    return [node, *node.find_all(nodes.Node)]


def part_name(part: nodes.Node) -> str:
    """The name of what people typed: of an attribute that is no field of a form, or of a fact of a letter."""
    match part:
        case nodes.Getattr(node=nodes.Name(name=owner)) if owner in FORMS:
            return ""
        case nodes.Getattr(attr=name) | nodes.Name(name=("reason_given" as name), ctx="load") if TYPED.fullmatch(name):
            return str(name)
    return ""


def test_every_reason_is_told_in_the_readers_language() -> None:
    raw = {name: left for name, template in templates(".html", ".txt") if (left := untold(template))}

    assert raw == OUR_OWN_WORDS


def test_reason_shown_as_it_is_stored_is_noticed() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"])
    planted = {
        "{{ row.reason }}": {"reason"},
        "{{ _('Reason: %(reason)s', reason=reason_given) }}": {"reason_given"},
        "{{ row.late_reason or '–' }}": {"late_reason"},
        "{% set why = row.exception %}": {"exception"},
        "{{ (row.late_reason|reason) or '–' }}{% if row.reason %}{{ row.motivation|typed }}{% endif %}": set(),
    }

    assert {text: untold(environment.parse(text)) for text in planted} == planted


IMPORTED_UNREAD = """
import importlib, pkgutil, trainingapp
from trainingapp.core import i18n

def current_language():
    raise RuntimeError("nobody reads yet")

i18n.current_language = current_language
for module in pkgutil.walk_packages(trainingapp.__path__, "trainingapp."):
    importlib.import_module(module.name)
"""


def test_no_module_asks_for_the_readers_language_while_it_is_imported() -> None:
    """What is said, sorted or selected then stays English for everybody."""
    done = subprocess.run([sys.executable, "-c", IMPORTED_UNREAD], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-2000:]


# ---------------------------------------------------------------- composites

REASSEMBLED = re.compile(
    r"\bBilingual\(row\.\w+, row\.\w+\)(?!\.within)"  # but for a union, which knows no composites
    r"|\bPersonName\(row\.|\bPerson\.(family|given)_name\b"
)


def test_names_and_texts_are_selected_as_one_value() -> None:
    sources = [path for path in PACKAGE.rglob("*.*") if path.suffix in {".py", ".html", ".txt"}]

    assert len(sources) > 300
    assert [path.name for path in sources if REASSEMBLED.search(path.read_text())] == []


@pytest.mark.parametrize("source", ["Bilingual(row.title_en, row.title_ru)", "sa.select(Person.family_name)"])
def test_value_put_together_from_its_columns_is_noticed(source: str) -> None:
    assert REASSEMBLED.search(source)


# ---------------------------------------------------------------- enums


HOLDING_ENUMS = words(
    "access_class failure kind mode offer outcome presence proposal role stage standing status step vacancy"
)


def values_compared(source: str) -> list[int]:
    """The lines of a template that compare the value of an enum, of which it could ask a property."""
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
    compared = [test.expr for test in environment.parse(source).find_all(nodes.Compare)]
    attributes = [one for one in compared if isinstance(one, nodes.Getattr) and one.attr in {*HOLDING_ENUMS, "value"}]
    names = [one for one in compared if isinstance(one, nodes.Name) and one.name in HOLDING_ENUMS]
    return [one.lineno for one in (*attributes, *names)]


def test_no_template_compares_values_of_enums() -> None:
    sources = [path for path in PACKAGE.rglob("templates/**/*.*") if path.suffix in {".html", ".txt"}]
    sources.remove(PACKAGE / "templates/errors/error.html")  # the status of an answer is a number

    assert len(sources) > 100
    assert {path.name: lines for path in sources if (lines := values_compared(path.read_text()))} == {}


@pytest.mark.parametrize(
    "test", ["place.status.value == 'placed'", "row.mode in ('online', 'both')", "stage == Stage.OPEN"]
)
def test_compared_value_of_an_enum_is_noticed(test: str) -> None:
    assert values_compared("{% if " + test + " %}x{% endif %}") == [1]


# ---------------------------------------------------------------- types

MOST_ANY = 80  # where a library asks for it, in JSON, in rows and in what is given by name: lower it, never raise it


def test_few_types_are_any() -> None:
    """What may be anything is an object, a row is a Row, a text is a StrOrLazy: see ANN401 for signatures."""
    words = [word for path in PACKAGE.rglob("*.py") for word in re.findall(r"\bAny\b", path.read_text("utf-8"))]

    assert len(words) <= MOST_ANY


# ---------------------------------------------------------------- files


def our_texts() -> Iterator[Path]:
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if not hidden and not LEFT_OUT & set(parts) and path.suffix in TEXTS and path.is_file():
            yield path


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [str(path.relative_to(ROOT)) for path in our_texts() if MACHINE_PATH.search(path.read_text("utf-8"))]

    assert found == []


def test_requirements_name_no_address_and_have_hashes() -> None:
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text("utf-8")
        pins = re.findall(r"^\S+==\S+", text, re.MULTILINE)

        assert "://" not in text, path.name
        assert len(pins) > 20, path.name
        assert text.count("--hash=sha256:") >= len(pins), path.name


def test_every_decision_record_is_listed_once_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", (folder / "README.md").read_text("utf-8"), re.M)
    headings = {file.name: file.read_text("utf-8").partition("\n")[0] for file in folder.glob("[0-9]*.md")}

    assert [(name, f"# {number}. {title}") for number, title, name in listed] == sorted(headings.items())


LOADED_BY_OTHERS = {"tzdata": "zoneinfo", "email-validator": "wtforms"}


def test_every_package_that_is_asked_for_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked_for = {re.split(r"[<>=\[]", each)[0] for each in project["dependencies"]} - set(LOADED_BY_OTHERS)
    sources = [*(ROOT / "trainingapp").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")]
    words = set(re.findall(r"\w+", "\n".join(each.read_text("utf-8") for each in sources)))
    modules = metadata.packages_distributions().items()
    used = {name.lower().replace("_", "-") for module, names in modules if module in words for name in names}

    assert asked_for - used == set()


def test_warnings_are_errors() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    with pytest.raises(UserWarning, match="planted"):
        warnings.warn("planted", stacklevel=1)

    assert settings["tool"]["pytest"]["filterwarnings"][0] == "error"
