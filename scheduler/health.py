"""How everything fares, as values: what `status` prints, what /healthz answers, what /metrics measures. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

OVERDUE = timedelta(hours=2)  #: after which a due task that nobody does is a concern
FIXED = (3, 51, 3)  #: SQLite from here on cannot lose a checkpoint when two connections write at one wrong instant …
BACKPORTED = ((3, 44, 6), (3, 50, 7))  #: … and these of their lines


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs a person."""

    about: str  #: "source:bundesagentur:suspect", "disk:/srv", "overdue"
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class TaskHealth:
    """A job that has a timetable, or a source's crawl."""

    name: str  #: "report"; of a source, its name
    state: str  #: of its last run; "never"
    last_done_at: datetime | None  #: aware UTC
    next_due_at: datetime | None  #: in the past: overdue; None: not by itself
    seconds: float | None  #: its last run took
    error: str | None
    outcomes: Mapping[str, int] = field(default_factory=dict)  #: state → runs so far

    def ended_badly(self, now: datetime) -> bool:
        """Whether its last run went wrong and is not due again already, as one is that was killed or told to stop."""
        return self.state in {"failed", "partial"} and not (self.next_due_at and self.next_due_at <= now)


@dataclass(frozen=True, slots=True)
class SourceHealth(TaskHealth):
    """How a source fares."""

    kind: str = ""
    enabled: bool = True
    last_ok_at: datetime | None = None
    age_h: float | None = None  #: hours since the last ok run
    seen: int = 0  #: ads in its last run
    usual: float | None = None  #: median of its last ok and complete runs
    open_ads: int = 0


@dataclass(frozen=True, slots=True)
class Disk:
    """Room where files are written, in bytes."""

    place: str
    free: int
    needed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything at one moment."""

    at: datetime
    version: str
    sqlite: str
    schema: int  #: number of the database's schema, which is the program's own: another cannot be read
    database: str
    database_bytes: int | None  #: None: on a server
    archive_bytes: int | None
    open_ads: int
    at_work: str | None  #: who holds the writers' lock, as a sentence
    daemon: str | None  #: which daemon serves this database, as a sentence
    sources: Sequence[SourceHealth] = ()
    jobs: Sequence[TaskHealth] = ()
    disks: Sequence[Disk] = ()
    concerns: Sequence[Concern] = ()

    @property
    def next_due_at(self) -> datetime | None:
        """When something is due next."""
        return min((one.next_due_at for one in (*self.sources, *self.jobs) if one.next_due_at), default=None)


def concerns(
    sources: Sequence[SourceHealth], jobs: Sequence[TaskHealth], at_work: str | None, now: datetime
) -> Iterator[Concern]:
    """What of the work needs a person, beside what alerts tell anyway.

    Args:
        sources: Those that are enabled count.
        jobs: Everything else that has a timetable.
        at_work: Who is at work: then nothing is overdue, it is being done.
        now: Aware UTC.
    """
    for one in sources:
        if one.enabled and one.ended_badly(now):
            again = f"; it is tried again at {one.next_due_at:%Y-%m-%d %H:%M} UTC" if one.next_due_at else ""
            what = f"{one.name} ended {one.state}: {one.error or 'no reason was noted'}"
            yield Concern(f"source:{one.name}:{one.state}", what, f"Try it: lohnpegel sources check {one.name}{again}")
    late = [one for one in (*sources, *jobs) if one.last_done_at and one.next_due_at and now - one.next_due_at > OVERDUE]
    if late and at_work is None:
        since = min(one.next_due_at for one in late if one.next_due_at)
        what = f"due since {since:%Y-%m-%d %H:%M} UTC and not done: {', '.join(one.name for one in late)}"
        yield Concern("overdue", what, "See that `lohnpegel schedule`, or `lohnpegel run` from cron or a timer, is at work")


def doubtful_sqlite(version: str) -> bool:
    """Whether a SQLite can lose a checkpoint when two connections write at one wrong instant.

    >>> doubtful_sqlite("3.40.1"), doubtful_sqlite("3.44.6"), doubtful_sqlite("3.51.3")
    (True, False, False)
    """
    parts = tuple(int(part) for part in version.split(".")[:3])
    return parts < FIXED and not any(parts[:2] == one[:2] and parts >= one for one in BACKPORTED)
