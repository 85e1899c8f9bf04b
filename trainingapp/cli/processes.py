"""Processes of ours: begun afresh, never as copies of this one, and gone when the one that began them is gone.

A copy (fork) would share connections to the database and lack the threads of libraries that have begun some: typst
waits for them for ever. So nothing here forks.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable
from multiprocessing.context import SpawnProcess

from flask.cli import cli

PATIENCE = 10  # seconds until a process that was told to stop is killed
AFRESH = multiprocessing.get_context("spawn")


def run_apart(*words: str) -> int:
    """Run a command of `flask` in a process of its own; its exit code."""
    process = AFRESH.Process(target=command, args=(words,), daemon=True)
    process.start()
    process.join()
    return process.exitcode or 0


def start(names: Iterable[str]) -> list[SpawnProcess]:
    """Start these commands of `flask`, each in a process that works until it is told to stop."""
    processes = [AFRESH.Process(name=name, target=command_beside, args=((name,),), daemon=True) for name in names]
    for process in processes:
        process.start()
    return processes


def stop(processes: Iterable[SpawnProcess]) -> None:
    """Tell them all to stop, and kill those that do not in time."""
    began, stopping = time.monotonic(), list(processes)
    for process in stopping:
        process.terminate()
    for process in stopping:
        process.join(max(0.1, began + PATIENCE - time.monotonic()))
        if process.is_alive():
            process.kill()


def command(words: tuple[str, ...]) -> None:
    end_with_parent()
    cli.main(args=list(words), prog_name="flask")


def command_beside(words: tuple[str, ...]) -> None:
    """Out of reach of Ctrl-C: who began it alone tells it to stop."""
    if hasattr(os, "setsid"):
        os.setsid()
    command(words)


def end_with_parent() -> None:
    """Let this process stop as soon as the one that began it is gone, even by `kill -9`."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=stop_after, args=(parent,), name="parent", daemon=True).start()


def stop_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


def keep_what_is_loaded() -> None:
    """Spare the garbage collector everything that stays as long as the process: it looked it through during pages."""
    gc.collect()
    gc.freeze()
