"""The daemon: APScheduler wakes us at the times of the timetable; what is then done is decided by what is due.

A timer that fires twice does nothing the second time, and one that never fired (suspend, restart, change of clocks)
is made good at the next start or at the hourly look.
"""

import logging
import signal
from collections.abc import Callable
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.plan import Timetables
from scheduler.timetable import Timetable

GRACE_S = 6 * 3600  #: a start may be so late; the default of one second loses jobs after a suspend
LOOK_S = 3600
log = logging.getLogger(__name__)


def build(tables: Timetables, due: Callable[[], None]) -> BlockingScheduler:
    """A scheduler that calls `due` at every time of the timetable, at start, and once an hour.

    Args:
        tables: The timetable; weekdays go by name, as numbers mean different days to different programs.
        due: Does what is due; must decide so itself.
    """
    scheduler = BlockingScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_S}
    )
    for name, table in (("crawl", tables.crawl), ("report", tables.report), ("export", tables.export)):
        scheduler.add_job(due, trigger(table, tables.jitter_s if name == "crawl" else 0), id=name)
    scheduler.add_job(due, IntervalTrigger(seconds=LOOK_S), id="look")
    return scheduler


def trigger(table: Timetable, jitter_s: int) -> CronTrigger:
    """The timetable as APScheduler takes it."""
    hour, minute = table.at.split(":")
    return CronTrigger(day_of_week=",".join(table.days), hour=hour, minute=minute, timezone=table.zone, jitter=jitter_s or None)


def serve(tables: Timetables, due: Callable[[], None]) -> None:
    """Run until told to stop; SIGTERM and SIGINT let the batch in hand be finished."""
    scheduler = build(tables, due)

    def stop(number: int, _frame: FrameType | None) -> None:
        log.info("stopping on %s; work in hand is finished first", signal.Signals(number).name)
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    due()
    scheduler.start()
