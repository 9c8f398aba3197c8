"""Several processes that take calls from one socket."""

import multiprocessing
import os
import signal
import socket
from multiprocessing.connection import wait
from threading import Thread
from types import FrameType

from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.http.application import create_http_application
from recordings_mcp.server.http.web_server import run_web_server
from recordings_mcp.server.process.logging import log_to_stderr

_SECONDS_BETWEEN_LOOKS = 1.0
"""Python notices a signal that came just before a wait only after it."""


def run_workers(configuration: Configuration, listener: socket.socket) -> int:
    """Start the workers and wait for them. When one ends, all do: whatever started this may start it anew.

    Returns:
        0 after a stop, 1 when a worker ended by itself.
    """
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_work, args=(configuration, listener), daemon=True)
        for _ in range(configuration.workers)
    ]
    stopped = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        for worker in workers:
            if worker.pid is not None:
                worker.kill() if stopped else worker.terminate()
        stopped = True

    for worker in workers:
        worker.start()
    listener.close()  # else new callers would be left waiting when the workers have closed it
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not wait([worker.sentinel for worker in workers], _SECONDS_BETWEEN_LOOKS):
        pass
    failed = not stopped
    if failed:
        stop(signal.SIGTERM, None)
    for worker in workers:
        worker.join()
    return int(failed)


def _end_with_the_parent() -> None:
    """Stop when it was killed: who starts the server anew needs the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _work(configuration: Configuration, listener: socket.socket) -> None:
    if os.name == "posix":
        os.setpgrp()  # Ctrl-C at a terminal is for the parent, which tells its workers once
    Thread(target=_end_with_the_parent, daemon=True).start()
    log_to_stderr(configuration)
    run_web_server(create_http_application(configuration), listener)
