"""Static files as they are served: ours and Bootstrap's style sheet, compressed once, versioned in the address."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path
from wsgiref.headers import Headers

import flask_bootstrap
from flask import Flask
from whitenoise import WhiteNoise

from trainingapp.core.security import stay_encrypted

OWN = Path(__file__).resolve().parents[1] / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
COMPRESSED = {".css", ".js", ".svg"}
FOREVER = 365 * 24 * 3600


def sources() -> dict[str, Path]:
    """What is served, by its name under /static/."""
    own = {path.relative_to(OWN).as_posix(): path for path in OWN.rglob("*") if path.is_file()}
    return own | {"vendor/bootstrap.min.css": BOOTSTRAP}


def version_of(files: dict[str, Path]) -> str:
    """A short name for exactly these contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name].read_bytes())
    return digest.hexdigest()[:12]


def collect(files: dict[str, Path], folder: Path) -> None:
    """Copy the files with their compressed forms; does nothing when that version is there already."""
    if folder.exists():
        return
    building = folder.with_name(f"{folder.name}.{hashlib.sha256(str(id(files)).encode()).hexdigest()[:8]}")
    for name, path in files.items():
        target = building / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        if path.suffix in COMPRESSED:
            target.with_name(target.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    try:
        building.rename(folder)
    except OSError:  # another worker was faster
        shutil.rmtree(building)


def setup_static_files(app: Flask) -> None:
    """Serve them with WhiteNoise for ever: a changed file has another version, and so another address."""
    files, encrypted = sources(), stay_encrypted(app)
    version = version_of(files)
    folder = Path(app.config["DATA_DIR"]) / "static" / version
    collect(files, folder)
    app.static_folder = str(folder)

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        """A file is what its type says, and never a page that runs something."""
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        for name, value in encrypted.items():
            headers[name] = value

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static":
            values["v"] = version

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=FOREVER,
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
