"""From what is known to what people must hear: pure, so that every alert can be tried on a table of cases.

Each text says what is the matter and what to do; docs/operations.md has a paragraph on each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from scheduler.events import JobDone
from storage.messages import Message, Situation

JOBS = ("crawl", "report", "export", "backup", "purge", "store")
ALERTED = ("suspect", "blocked")  #: states of a source that need a person
EASED = 1.2  #: times what is needed must be free before a disk counts as no longer low
NEWS = timedelta(days=7)  #: a verdict that changed longer ago is no news
_SEVERITY = {"crawl": "critical", "store": "critical", "backup": "critical"}
_DO = {
    "suspect": "Nothing is closed meanwhile. Look at the source; if it has really changed so: lohnpegel sources accept {name}",
    "blocked": "The site says no, and that is heeded. Read its robots.txt and terms; if they mean us: enabled = false.",
}


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """How an enabled source fares."""

    name: str
    state: str  #: of its last run
    error: str | None
    last_ok_at: datetime | None
    first_run_at: datetime | None
    due_at: datetime | None  #: its first time after the last success; None: not known


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """Room where files are written."""

    place: str
    free: int  #: bytes
    needed: int  #: bytes under which it is low


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that alerts are judged by."""

    now: datetime  #: aware UTC
    sources: tuple[SourceFacts, ...] = ()
    jobs: tuple[JobDone, ...] = ()  #: of the round just ended
    disks: tuple[DiskFacts, ...] = ()
    reports: Sequence[Mapping[str, Any]] = ()  #: remembered verdicts, a day each, oldest first
    stale: timedelta = timedelta(hours=48)


def situation(facts: Facts) -> Situation:
    """What is to be alerted."""
    states = (*_states(facts), *_stale(facts), *_low(facts), *_failed(facts))
    return Situation(states, tuple(_verdicts(facts)), frozenset(_unknown(facts)))


def _states(facts: Facts) -> Iterator[Message]:
    for one in facts.sources:
        if one.state in ALERTED:
            body = f"{one.error or 'no reason was noted'}\n{_DO[one.state].format(name=one.name)}"
            yield Message(f"source:{one.name}:{one.state}", "warning", f"{one.name} is {one.state}", body)


def _stale(facts: Facts) -> Iterator[Message]:
    for one in facts.sources:
        since = one.last_ok_at or one.first_run_at
        if since is None or facts.now - since < facts.stale or (one.due_at is not None and one.due_at > facts.now):
            continue
        ever = f"The last good run ended {one.last_ok_at:%Y-%m-%d %H:%M} UTC." if one.last_ok_at else "It has never run well."
        body = (
            f"{ever} Its last run: {one.state}{f', {one.error}' if one.error else ''}\nTry it: lohnpegel sources check {one.name}"
        )
        hours = facts.stale.total_seconds() / 3600
        yield Message(f"source:{one.name}:stale", "critical", f"{one.name}: no success for {hours:g} hours", body)


def _low(facts: Facts) -> Iterator[Message]:
    for disk in facts.disks:
        if disk.free < disk.needed:
            body = (
                f"{disk.free / 1e6:,.0f} MB are free, {disk.needed / 1e6:,.0f} MB should be (for a backup, say).\n"
                "Delete old backups and exports, or: lohnpegel db purge, then lohnpegel db vacuum"
            )
            yield Message(f"disk:{disk.place}", "critical", f"little room left at {disk.place}", body)


def _failed(facts: Facts) -> Iterator[Message]:
    for job in facts.jobs:
        if job.state == "failed":
            title = "nothing can be stored" if job.name == "store" else f"the {job.name} failed"
            body = f"{job.error or 'no reason was noted'}\nIt is tried again at its next time, or now: lohnpegel run"
            yield Message(f"job:{job.name}", _SEVERITY.get(job.name, "warning"), title, body)


def _verdicts(facts: Facts) -> Iterator[Message]:
    for before, after in zip(facts.reports, facts.reports[1:], strict=False):
        on = date.fromisoformat(str(after["on"]))
        if facts.now.date() - on > NEWS:
            continue
        cause = "" if before.get("config_hash") == after.get("config_hash") else "\nThe configuration changed as well."
        cause += "" if before.get("version") == after.get("version") else "\nThe program changed as well."
        for claim, now in after["verdicts"].items():
            was = before["verdicts"].get(claim)
            if was is not None and was != now:
                body = f"{before['on']}: {was}\n{on}: {now}{cause}\nWhat could make it wrong: lohnpegel report --watch-out"
                yield Message(f"verdict:{claim}:{on}:{now}", "info", f"the verdict on {claim} changed: {now}", body)


def _unknown(facts: Facts) -> Iterator[str]:
    """States that cannot be judged: jobs that did not run, sources whose last run failed, disks between low and easy."""
    ran = {job.name for job in facts.jobs} | ({"store"} if facts.jobs else set())  # what was done was stored
    yield from (f"job:{name}" for name in JOBS if name not in ran)
    for one in facts.sources:
        if one.state not in ("ok", *ALERTED):  # a run that failed for another reason proves neither
            yield from (f"source:{one.name}:{state}" for state in ALERTED)
        elif one.state in ALERTED:
            yield from (f"source:{one.name}:{state}" for state in ALERTED if state != one.state)
    yield from (f"disk:{disk.place}" for disk in facts.disks if disk.needed <= disk.free < disk.needed * EASED)
