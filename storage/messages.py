"""What people are told, as values: messages, what holds at one moment, parcels on their way, when one is tried again. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=5)  #: before a second attempt; doubled each time
LONGEST_PAUSE = timedelta(hours=12)
LIFE = timedelta(days=7)  #: after which a message that nobody takes is given up
KEPT = timedelta(days=90)  #: after which a message that is over is forgotten


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell."""

    key: str  #: what it is about; the same key is not told again while it lasts
    severity: str  #: info, warning, critical
    title: str
    body: str
    kind: str = "alert"  #: alert, recovery, digest


@dataclass(frozen=True, slots=True)
class Situation:
    """What is to be alerted at one moment."""

    states: tuple[Message, ...] = ()  #: that last: told once, and again only after they were gone
    events: tuple[Message, ...] = ()  #: that happened: told once, ever
    unknown: frozenset[str] = field(default=frozenset())  #: keys of states that cannot be judged now: neither begun nor ended


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message for one address."""

    notice_id: int
    target: str
    attempts: int  #: made so far
    message: Message
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended."""

    notice_id: int
    target: str
    attempts: int  #: made, this one included: noting it twice changes nothing
    raised_at: datetime  #: of the message: a database that was restored may have given its number anew
    at: datetime
    error: str | None = None  #: None: it was taken


@dataclass(frozen=True, slots=True)
class Way:
    """How messages leave the house."""

    targets: Callable[[Message], Collection[str]]  #: addresses that are told; () notes without telling
    over: Callable[[Message], Message | None]  #: what is said when a state has ended; None: nothing


def next_try(attempts: int, raised_at: datetime, now: datetime) -> datetime | None:
    """When a message that was not taken is tried again; None: it is given up.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 22, 6, tzinfo=UTC)
    >>> [str(next_try(attempts, at, at) - at) for attempts in (1, 2, 3, 99)]
    ['0:05:00', '0:10:00', '0:20:00', '12:00:00']
    >>> next_try(9, at, at + LIFE) is None
    True
    """
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return now + pause if now + pause < raised_at + LIFE else None
