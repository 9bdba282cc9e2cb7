"""The daemon's pulse: a sign of life for watchdogs, and an eye on the clock.

It counts seconds that really pass. Where the calendar has gone further or less far (suspend, a clock that was set), every timer
is set anew: APScheduler's own would wait for a time of a calendar that no longer holds.
"""

import json
import logging
import os
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.notify import notify, watchdog_s

if TYPE_CHECKING:
    from scheduler.daemon import Daemon

BEAT_S = 30.0
JUMP_S = 5.0  #: by which the calendar may differ from the seconds that passed
log = logging.getLogger(__name__)


class Pulse:
    """Beats for a daemon."""

    def __init__(self, daemon: "Daemon") -> None:
        self._daemon = daemon
        self._offset = _offset()

    def beat(self) -> None:
        """Beat for ever, twice as often as the watchdog asks."""
        pause = min(BEAT_S, (watchdog_s() or BEAT_S * 2) / 2)
        while True:
            try:
                self.once()
            except Exception:  # a full disk under the heartbeat file must not stop the clock from being watched
                log.exception("no sign of life could be given")
            time.sleep(pause)

    def once(self) -> None:
        """One beat."""
        offset = _offset()
        if abs(offset - self._offset) > JUMP_S:
            log.warning("the clock has moved by %.0f s; looking what is due", offset - self._offset)
            self._offset = offset
            self._daemon.arm()
        if not self._daemon.alive:
            return
        notify("WATCHDOG=1")
        if self._daemon.watch.heartbeat is not None:
            told = {"pid": os.getpid(), "at": datetime.now(UTC).isoformat(timespec="seconds"), "at_work": self._daemon.child.pid}
            replace(self._daemon.watch.heartbeat, json.dumps(told) + "\n")


def replace(path: Path, text: str) -> None:
    """Write a small file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _offset() -> float:
    """By how much the calendar is ahead of the seconds that pass."""
    return time.time() - time.monotonic()
