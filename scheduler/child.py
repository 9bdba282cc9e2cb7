"""A round in a process of its own: its memory goes back when it ends, and whatever kills it does not kill the daemon."""

import logging
import os
import signal
import subprocess
import threading
from collections.abc import Sequence

from scheduler.notify import VARIABLES

LIMIT_S = 12 * 3600.0  #: a round that takes longer is told to stop
log = logging.getLogger(__name__)


class Child:
    """At most one child at a time; `run` waits for it in one thread, `end` is called from another."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._ending = False

    @property
    def pid(self) -> int | None:
        """Of the child at work; None: none is."""
        process = self._process
        return process.pid if process else None

    def run(self, command: Sequence[str], told: bytes, stop_s: float, limit_s: float = LIMIT_S) -> int:
        """Run a command to its end.

        Args:
            command: Program and arguments.
            told: Its standard input.
            stop_s: How long it may take to leave when it has taken too long.
            limit_s: What is too long, in seconds.

        Returns:
            Its exit code; negative: the number of the signal that ended it.
        """
        environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        with self._lock:
            if self._ending:
                return 1
            process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - our own words
            self._process = process
        limit = threading.Timer(limit_s, self._too_long, [process, limit_s, stop_s])
        limit.daemon = True
        limit.start()
        try:
            process.communicate(told)
        finally:
            limit.cancel()
            self._process = None
        return process.returncode

    def end(self, stop_s: float) -> None:
        """Tell the child to stop, kill it if it does not within so many seconds, start no other; a second call kills at once."""
        with self._lock:
            again, self._ending, process = self._ending, True, self._process
        if process is None:
            return
        if again:
            process.kill()
        else:
            _end(process, stop_s)

    def _too_long(self, process: "subprocess.Popen[bytes]", limit_s: float, stop_s: float) -> None:
        log.error("the round has taken longer than %.0f hours and is told to stop", limit_s / 3600)
        _end(process, stop_s)


def _end(process: "subprocess.Popen[bytes]", stop_s: float) -> None:
    process.send_signal(signal.SIGTERM)

    def kill() -> None:
        if process.poll() is None:
            log.error("the round did not leave within %.0f s of being told to, and is killed; what it had stored stays", stop_s)
            process.kill()

    timer = threading.Timer(stop_s, kill)
    timer.daemon = True
    timer.start()
