"""The daemon: APScheduler wakes it at the times of the timetable; what is then done is decided by what the database says is due.

A timer that fires twice does nothing the second time, and one that never fired (suspend, restart, clocks that jump) is made good
at the next look. Work is done by a child process, so that the daemon stays small and outlives whatever happens there.

::

    signals ──┐                      ┌── due? ── child: lohnpegel.worker ── lock, round, books
    timetable ┼─→ APScheduler ─ look ┤
    pulse ────┘                      └── nothing is due: asleep until the next time
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.agenda import Agenda
from scheduler.child import Child
from scheduler.health import Standing
from scheduler.lock import held
from scheduler.notify import notify, reloading
from scheduler.peek import peeking
from scheduler.pulse import Pulse
from scheduler.timetable import Timetable
from storage.errors import NoDatabase, OlderSchema, StorageError
from storage.runs import Task, tasks

LOOK_S = 900  #: seconds between looks beside the timetable: what failed or was busy is tried again
MOST_PAUSE_S = 6 * 3600
BUSY = 75
SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """What the daemon goes by; a reload puts another in its place."""

    agenda: Agenda
    database_url: str
    lock: Path  #: held for as long as the daemon lives; not the writers' lock, which each round takes for itself
    command: tuple[str, ...]  #: starts a round
    told: bytes  #: its standard input
    stop_s: float  #: how long a round may take to leave when told to
    standing: Callable[[datetime], Standing]  #: how everything fares
    heartbeat: Path | None = None


class Times(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """A timetable as APScheduler takes it: its own cron trigger knows neither our delays nor a time that comes twice a year."""

    def __init__(self, table: Timetable) -> None:
        self.table = table

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The time after `previous`; the next one of all where there is none."""
        return self.table.next(previous or now)


class Daemon:
    """Stays and has done what is due.

    Args:
        watch: What to go by.
        reload: Reads the configuration anew; raises with a sentence where it cannot be used.
    """

    def __init__(self, watch: Watch, reload: Callable[[], Watch]) -> None:
        self.watch = watch
        self.child = Child()
        self._reload = reload
        self._busy = threading.Lock()  #: held while a look is being had
        self._looked = time.monotonic()
        self._stopping = False
        self._failures = 0
        self._not_before = 0.0  #: monotonic; after a failure
        self.scheduler = BlockingScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},  # late is better than never
        )
        self.pulse = Pulse(self)

    def serve(self, metrics_port: int | None = None) -> None:
        """Stay until told to stop; what is in hand is finished or left in good order first.

        Args:
            metrics_port: Of /healthz and /metrics, 0 takes a free one; None: there are none.

        Raises:
            Busy: another daemon serves this database.
        """
        with held(self.watch.lock, "schedule"):
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # for every thread: one alone waits for them
            self.arm()
            for task in (self._signals, self.pulse.beat):
                threading.Thread(target=task, name=task.__name__, daemon=True).start()
            with ExitStack() as stack:
                if metrics_port is not None:
                    self._answer(stack, metrics_port)
                notify("READY=1", "STATUS=waiting for the next time")
                log.info("serving %s", ", ".join(self.watch.agenda.names))
                self.scheduler.start()
                with self._busy:  # the round in hand
                    log.info("stopped")

    def _answer(self, stack: ExitStack, port: int) -> None:
        from scheduler.metrics import HOST, Endpoint  # only who is asked carries it

        endpoint = stack.enter_context(Endpoint(port, self.standing, lambda: self.alive))
        log.info("answering at http://%s:%d/healthz and /metrics", HOST, endpoint.port)

    def arm(self) -> None:
        """Set every timer from the clock as it is now, and look at once."""
        self.scheduler.remove_all_jobs()
        names: dict[Timetable, list[str]] = {}
        for name, table in self.watch.agenda.tables.items():
            names.setdefault(table, []).append(name)
        for table, together in names.items():
            self.scheduler.add_job(self.look, Times(table), id=" ".join(together))
        self.scheduler.add_job(self.look, IntervalTrigger(seconds=LOOK_S), id="look", next_run_time=datetime.now(UTC))

    def look(self) -> None:
        """Have everything done that is due; after a failure not before a pause that doubles."""
        with self._busy:
            self._looked = time.monotonic()
            before: tuple[str, ...] = ()
            while not self._stopping and time.monotonic() >= self._not_before:
                due = self.due()
                if not due:
                    return
                if due == before:
                    self._failed("nothing of it was done")
                    return
                before = due
                if not self._round(due):
                    return

    @property
    def alive(self) -> bool:
        """Whether the timers still wake us: a child is at work, or the last look is no longer ago than two should be."""
        return self.child.pid is not None or time.monotonic() - self._looked < 2 * LOOK_S

    def standing(self) -> Standing:
        """How everything fares."""
        return self.watch.standing(datetime.now(UTC))

    def due(self) -> tuple[str, ...]:
        """Names of what is due; () also where the database cannot be asked."""
        try:
            return self.watch.agenda.due(known(self.watch.database_url), datetime.now(UTC))
        except StorageError:
            log.exception("what is due cannot be asked")
            return ()

    def _round(self, due: tuple[str, ...]) -> bool:
        """Whether it may be asked at once what else is due."""
        log.info("due: %s", ", ".join(due))
        code = self.child.run(self.watch.command, self.watch.told, self.watch.stop_s)
        if code in {0, 1}:
            self._failures, self._not_before = 0, 0.0
            return True
        if code == BUSY:
            log.warning("another run is at work; looking again in %d minutes at the latest", LOOK_S // 60)
        elif not self._stopping:
            self._failed(f"exit code {code}" if code > 0 else signal.Signals(-code).name)
        return False

    def _failed(self, why: str) -> None:
        pause = min(LOOK_S * 2**self._failures, MOST_PAUSE_S)
        self._failures, self._not_before = self._failures + 1, time.monotonic() + pause - 1
        log.error("the round failed (%s); tried again in %d minutes", why, pause // 60)

    def _signals(self) -> None:
        while True:
            number = signal.sigwait(SIGNALS)
            if number == signal.SIGHUP:
                self.reload()
                continue
            log.info("%s: stopping", signal.Signals(number).name)
            notify("STOPPING=1")
            self.child.end(self.watch.stop_s)
            if not self._stopping:
                self._stopping = True
                self.scheduler.shutdown(wait=False)

    def reload(self) -> None:
        """Go by the configuration as it is now, if it can be used; else by the one before."""
        reloading()
        try:
            self._go_by(self._reload())
        except Exception as error:
            log.log(logging.ERROR, "the configuration before stays in force: %s", error, exc_info=not hasattr(error, "exit_code"))
        notify("READY=1")

    def _go_by(self, fresh: Watch) -> None:
        if (fresh.database_url, fresh.lock) != (self.watch.database_url, self.watch.lock):
            log.error("the configuration before stays in force: another database is named, which takes a restart")
            return
        self.watch = fresh
        self.arm()
        log.info("the configuration was read anew; serving %s", ", ".join(fresh.agenda.names))


def known(database_url: str) -> Mapping[str, Task]:
    """What the database says of each task; nothing where there is none yet, or where it waits for an upgrade."""
    try:
        with peeking(database_url) as engine:
            return tasks(engine)
    except (NoDatabase, OlderSchema):
        return {}
