"""The values of the sandbox market, all frozen: who offers which opening, where, for what pay, and how its ads look in one week.

Money is in euros gross per the unit named beside it; weeks count from 0; nothing here does anything.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Unit = Literal["hour", "month", "year"]
Bound = Literal["exact", "range", "from"]
Where = Literal["field", "text", "both"]
Band = Literal["below", "within", "above"]
Level = Literal["apprentice", "lead", "experienced", "entry", "unknown"]
AdKind = Literal["original", "copy", "agency_copy", "repost", "location_variant"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of work."""

    town: str
    postcode: str
    lat: float
    lon: float
    in_town: bool  #: in Duisburg
    district: str | None = None
    street: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact person, planted so that tests may look for it where it must not be."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Employer:
    """One employer with its habits."""

    key: str  #: "E001"
    name: str
    sector: str  #: label as in docs/facets.md
    about: str  #: one German sentence about itself
    domain: str
    size: int  #: people
    voice: Literal["du", "Sie"]
    agency: Literal["temp", "placement"] | None
    discloses: bool
    form: Literal["hour", "month", "year", "tariff"]  #: unit that it posts pay in
    band: Band  #: where its entry pay stands against 2,400–2,800 € a month
    base: float  #: lower end of its entry pay, € gross a month at its full-time hours
    hours: float  #: weekly full-time hours
    hours_stated: bool  #: whether its ads name the hours
    spot: Spot
    channels: tuple[str, ...]  #: kinds of source its openings appear on


@dataclass(frozen=True, slots=True)
class PostedPay:
    """Pay as the ads of an opening state it."""

    low: float | None  #: None: a tariff group without amount
    high: float | None  #: None with bound "from"
    unit: Unit | None
    bound: Bound | None
    where: Where
    tariff: str | None = None  #: "TVöD E5"
    period_name: str | None = None  #: a period name outside the documented ones, to be reported and never guessed


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines that the ads of an opening are put together from."""

    project: str  #: sets it apart from the employer's other openings
    tasks: tuple[str, ...]
    profile: tuple[str, ...]
    benefits: tuple[str, ...]
    traps: tuple[str, ...]  #: sums and numbers that are not pay


@dataclass(frozen=True, slots=True)
class Opening:
    """One vacancy, whatever number of ads it has."""

    key: str  #: "V0001"
    employer: Employer
    title: str
    occupation: str  #: name in the occupation register
    in_scope: bool
    level: Level
    true_low: float  #: € gross a month at full time, whether posted or not
    true_high: float
    hours: float  #: weekly
    part_time: bool
    hours_stated: bool
    contract: Literal["permanent", "fixed_term"]
    remote: Literal["hybrid", "full"] | None
    shift: bool
    career_changers: bool
    languages: tuple[tuple[str, str], ...]  #: (code, "required" or "plus")
    skills: tuple[str, ...]
    draft: Draft
    spot: Spot
    spells: tuple[tuple[int, int], ...]  #: weeks open, first inclusive, last exclusive
    opened_on: date
    starts_on: date
    versions: "tuple[Version, ...]" = ()  #: what its ads say, by week, oldest first


@dataclass(frozen=True, slots=True)
class Version:
    """What the ads of an opening say from one week on."""

    week: int
    pay: PostedPay | None
    edition: int  #: counts edits of the text
    changed_at: datetime  #: local time, no zone


@dataclass(frozen=True, slots=True)
class Ad:
    """One advertisement of an opening under its own reference on one channel."""

    reference: str
    opening: Opening
    channel: str
    kind: AdKind
    publisher: str  #: name shown as employer
    weeks: tuple[int, ...]  #: in which it is to be seen
    spots: tuple[Spot, ...]
    posted_on: date
    contact: Contact | None
    partner: str | None  #: the board that passed it on
    detail_missing: bool = False  #: found, but its page answers 404


@dataclass(frozen=True, slots=True)
class AdState:
    """An ad as it reads in one week."""

    ad: Ad
    title: str
    text: str  #: plain, with line breaks
    pay: PostedPay | None  #: None too where this copy leaves the pay out
    changed_at: datetime
