"""The composition root: the only module that knows every part of the house."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from flask import Blueprint, Flask, g, request
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from jinja2 import StrictUndefined

from trainingapp.core import actor, catalogue, permissions
from trainingapp.core.addresses import setup_addresses
from trainingapp.core.cards import FrontPage, gather_cards
from trainingapp.core.compression import setup_compression
from trainingapp.core.db import db, hide_values, setup_sqlite
from trainingapp.core.errorpages import setup_error_pages
from trainingapp.core.files import private_file, private_folder
from trainingapp.core.formats import setup_formats
from trainingapp.core.i18n import LANGUAGE_NAMES, Bilingual, current_language, language_name, setup_i18n
from trainingapp.core.icons import setup_icons
from trainingapp.core.logged import gather_logged
from trainingapp.core.menu import gather_menu, setup_menu
from trainingapp.core.office import office_contact
from trainingapp.core.proxies import setup_proxies
from trainingapp.core.security import setup_security
from trainingapp.core.serverclock import SERVER
from trainingapp.core.static import setup_static_files
from trainingapp.core.web import messages_at, messages_left, this_page

FEATURES = (
    "accounts",
    "catalogue",
    "scheduling",
    "mail",
    "records",
    "enrolment",
    "nomination",
    "attendance",
    "certificates",
    "audit",
    "desk",
)
ROOT = Path(__file__).resolve().parent
LONGEST_ADDRESS = 45  # of the network, as the log keeps it
UNDECLARED = {"static", "bootstrap.static"}  # files of ours and of a library, for everyone


def create_app(config: object = None) -> Flask:
    """The application. ``config`` is a settings object or its import path; else ``APP_CONFIG`` names it."""
    app = Flask(__name__)
    settings = config or os.environ.get("APP_CONFIG", "config.Development")
    app.config.from_object(import_settings(settings) if isinstance(settings, str) else settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    setup_database(app)
    setup_languages(app)
    setup_security(app)
    setup_compression(app)
    setup_sign_in(app)
    setup_templates(app)
    setup_error_pages(app)
    register_features(app)
    setup_static_files(app)
    setup_proxies(app)
    return app


def import_settings(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)()


def setup_database(app: Flask) -> None:
    private_folder(Path(app.config["FILES_DIR"]))
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT.parent / "migrations"), render_as_batch=True, compare_type=True)
    with app.app_context():
        hide_values(db.engine)
        if db.engine.dialect.name == "sqlite":
            private_file(Path(db.engine.url.database or ""))  # its log takes the same mode
            setup_sqlite(db.engine)
        elif app.config["FOLLOW_SERVER_CLOCK"]:
            SERVER.follow(db.engine)


def setup_languages(app: Flask) -> None:
    catalogue.compile_if_stale()
    setup_i18n(app)


def setup_sign_in(app: Flask) -> None:
    from trainingapp.accounts.views.blueprint import find_reader

    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(find_reader)

    @app.before_request
    def remember_actor() -> None:
        person_id = current_user.id if current_user.is_authenticated else None
        address = (request.remote_addr or "")[:LONGEST_ADDRESS] or None
        g.actor_token = actor.become(actor.Actor(person_id, address, g.get("sign_in_id")))

    @app.teardown_request
    def forget_actor(_error: BaseException | None) -> None:
        if "actor_token" in g:
            actor.leave(g.pop("actor_token"))


def setup_templates(app: Flask) -> None:
    Bootstrap5(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    setup_addresses(app)
    setup_formats(app)
    setup_icons(app)
    setup_menu(app)
    app.jinja_env.globals.update(
        can=permissions.can,
        P=permissions.P,
        languages=LANGUAGE_NAMES,
        language_name=language_name,
        this_page=this_page,
        messages_at=messages_at,
        messages_left=messages_left,
        office_contact=office_contact,
        office=Bilingual(app.config["OFFICE_NAME_EN"], app.config["OFFICE_NAME_RU"]),
    )

    @app.context_processor
    def reader() -> dict[str, object]:
        return {"language": current_language()}


def gather_views(app: Flask, module: ModuleType) -> None:
    for blueprint in [one for one in vars(module).values() if isinstance(one, Blueprint)]:
        app.register_blueprint(blueprint)


def gather_jobs(app: Flask, module: ModuleType) -> None:
    app.extensions["jobs"] += module.JOBS


def gather_checks(app: Flask, module: ModuleType) -> None:
    app.extensions["checks"] += module.CHECKS


def gather_invariants(app: Flask, module: ModuleType) -> None:
    app.extensions["invariants"] += module.INVARIANTS


def nothing_more(_app: Flask, _module: ModuleType) -> None:
    """It was enough to import the module: its tables are known, its handlers listen."""


PARTS: dict[str, Callable[[Flask, ModuleType], None]] = {
    "models": nothing_more,
    "views": gather_views,
    "menu": gather_menu,
    "cards": gather_cards,
    "log": gather_logged,
    "handlers": nothing_more,
    "letters": nothing_more,
    "tasks": gather_jobs,
    "checks": gather_checks,
    "invariants": gather_invariants,
}


def register_features(app: Flask) -> None:
    """What every feature brings; a view that does not declare its access stops the start."""
    app.extensions["invariants"], app.extensions["checks"], app.extensions["jobs"] = [], [], []
    app.extensions["cards"] = {page: [] for page in FrontPage}
    for feature in FEATURES:
        for part, gather in PARTS.items():
            name = f"trainingapp.{feature}.{part}"
            if importlib.util.find_spec(name):
                gather(app, importlib.import_module(name))
    from trainingapp import cli

    cli.register(app)
    views = [(name, view) for name, view in app.view_functions.items() if name not in UNDECLARED]
    if missing := permissions.undeclared(views):
        raise RuntimeError(f"views that do not declare who may use them: {', '.join(missing)}")
