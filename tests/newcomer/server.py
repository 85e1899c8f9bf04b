"""The real server, started as people start it: in a folder where nothing is yet, with nothing set."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV")
LOADED_WITHIN = 600  # seconds, on a machine that does much else
ENDED_WITHIN = 40


class Server:
    """A command of `flask` that serves on this machine. ``output`` is what it said."""

    def __init__(self, folder: Path, *words: str, port: int | None = None, **settings: str) -> None:
        self.folder, self.port = folder, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder.with_name(f"{folder.name}-{self.port}.txt")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", *words, "--port", str(self.port)],
                cwd=ROOT,
                env=settings_of(folder, **settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def wait_until_it_serves(self) -> None:
        """Until a page is answered."""
        for _ in patiently(LOADED_WITHIN):
            assert self.process.poll() is None, self.said()
            if "Serving at" in self.said() and accepts(self.port):
                return
        raise AssertionError(f"it does not serve: {self.said()}")

    def processes(self) -> set[int]:
        """The ids of all processes that it has begun."""
        return descendants(self.process.pid)

    def stop(self) -> int:
        """Stop it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(ENDED_WITHIN)


def settings_of(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of somebody who has set nothing but where the data are."""
    ours = {"FLASK_APP": "trainingapp.app:create_app", "APP_CONFIG": "config.Development", "FLASK_SKIP_DOTENV": "1"}
    kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
    return {**kept, **ours, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "DATA_DIR": str(folder), **settings}


@contextmanager
def serving(folder: Path, *words: str, **settings: str) -> Iterator[Server]:
    server = Server(folder, *words, **settings)
    try:
        server.wait_until_it_serves()
        yield server
    finally:
        begun = server.processes()
        try:
            server.stop()
        finally:
            for process in (server.process.pid, *begun):
                kill(process)


def run_command(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command of `flask` that ends by itself."""
    command = [sys.executable, "-m", "flask", *words]
    return subprocess.run(
        command, cwd=ROOT, env=settings_of(folder, **settings), capture_output=True, text=True, timeout=LOADED_WITHIN
    )


def patiently(seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def descendants(process: int) -> set[int]:
    parents = dict(parent_of(each) for each in Path("/proc").glob("[0-9]*"))
    found, waiting = set[int](), {process}
    while waiting:
        waiting = {child for child, parent in parents.items() if parent in waiting}
        found |= waiting
    return found


def parent_of(folder: Path) -> tuple[int, int]:
    try:
        return int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return int(folder.name), 0


def alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in (Path("/proc") / str(process) / "status").read_text()
    except OSError:
        return False


def kill(process: int) -> None:
    if alive(process):
        os.kill(process, signal.SIGKILL)
