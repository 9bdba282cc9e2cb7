"""The values that flow from request to stored ad, one for each stage, all frozen.

`Request → Page → RawPosting (in Parsed) → Posting (with Pay)`. Nothing here does anything; units stand in names or `#:` comments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from scraper.benchmarks import Figure

PageKind = Literal["listing", "detail"]
RunState = Literal["running", "ok", "partial", "failed", "blocked", "suspect"]


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask a site for."""

    url: str  #: absolute, http or https, query included
    kind: PageKind = "listing"  #: a listing must be complete before an ad may be called absent; a detail concerns one ad
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    source_id: str | None = None  #: of the ad that a detail page is about
    revision: str | None = None  #: equal to the stored one: the detail page need not be fetched again
    carry: Mapping[str, Any] = field(default_factory=dict)  #: what the list page already knew, JSON values only
    follow: bool = True  #: False where a redirect means "no such thing" and what it leads to must not be read


@dataclass(frozen=True, slots=True)
class Page:
    """What a site answered: decoded bytes, never interpreted."""

    request: Request
    status: int  #: 200, or 404/410 of a detail; every other status raises before a page exists
    body: bytes
    fetched_at: datetime  #: aware UTC
    headers: Mapping[str, str] = field(default_factory=dict)  #: names in lower case
    url: str = ""  #: after redirects; "" means the one asked for
    archive_hash: str | None = None  #: BLAKE2b-256 of the body, in hex, once archived


@dataclass(frozen=True, slots=True)
class RawPlace:
    """A place as the source wrote it."""

    text: str | None = None  #: the whole in one string, where the source gives only that
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    district: str | None = None
    region: str | None = None
    country: str | None = None
    lat_text: str | None = None
    lon_text: str | None = None


@dataclass(frozen=True, slots=True)
class RawPay:
    """Pay as a source's own fields state it, as text."""

    period_text: str | None = None  #: "STUNDENLOHN", "MONTH", "per-year-salary" …
    kind_text: str | None = None  #: "GEHALTSSPANNE", "FESTGEHALT" …
    low_text: str | None = None
    high_text: str | None = None
    value_text: str | None = None  #: a single amount
    currency_text: str | None = None
    text: str | None = None  #: free text about pay outside the description
    tariff_text: str | None = None  #: a tariff group field ("E 6")
    estimated: bool = False  #: the portal's own guess: kept, never evidence


@dataclass(frozen=True, slots=True)
class RawPosting:
    """One ad as its source said it: text, nothing interpreted. Only the first four fields are required."""

    source: str
    source_id: str
    url: str
    title: str
    revision: str | None = None  #: changes when the source says that the ad changed
    employer: str | None = None
    employer_key: str | None = None  #: the source's own number for the employer
    description: str | None = None  #: in the markup named by `description_format`
    description_format: Literal["text", "html"] = "text"
    places: tuple[RawPlace, ...] = ()
    pay: tuple[RawPay, ...] = ()
    occupation: str | None = None
    occupations: tuple[str, ...] = ()  #: further ones
    reference: str | None = None  #: the employer's own reference number
    posted_text: str | None = None  #: first published
    changed_text: str | None = None
    expires_text: str | None = None  #: validThrough
    starts_text: str | None = None  #: when the work begins
    contract_text: str | None = None
    contract_until_text: str | None = None
    work_time_texts: tuple[str, ...] = ()
    hours_text: str | None = None
    remote_text: str | None = None
    shift_text: str | None = None
    agency_text: str | None = None  #: "temp", "placement", or the source's own words
    career_changers_text: str | None = None
    experience_text: str | None = None
    sector_text: str | None = None
    offer_kind_text: str | None = None  #: work, apprenticeship, self-employment, internship
    language: str | None = None  #: of the ad itself, ISO 639-1
    apply_url: str | None = None
    partner: str | None = None  #: the board that passed the ad on
    skills: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)  #: what else the source carries, by its own field names
    repairs: tuple[str, ...] = ()  #: what had to be mended to read it


@dataclass(frozen=True, slots=True)
class Reject:
    """An ad, or part of a page, that could not be read; it never sinks its page."""

    reason: str  #: for the operator, names the field
    source_id: str | None = None
    url: str | None = None
    excerpt: str | None = None  #: at most 500 characters of what was there


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one page yields."""

    postings: tuple[RawPosting, ...] = ()
    rejects: tuple[Reject, ...] = ()
    requests: tuple[Request, ...] = ()
    total: int | None = None  #: ads that the source claims for this listing, to compare with what was found
    listing: str = ""  #: which listing `total` belongs to, where a source has several
    gone: tuple[str, ...] = ()  #: source ids that the page proves to be closed
    notes: tuple[str, ...] = ()  #: unknown values met, repairs: reported with the run, nothing guessed
    figures: tuple[Figure, ...] = ()  #: of a source that holds no ads but what they are compared with


@dataclass(frozen=True, slots=True)
class Options:
    """What a source is asked for: the profile's search and the source's own block in config.toml."""

    terms: tuple[str, ...]
    place: str
    radius_km: int
    settings: Mapping[str, Any] = field(default_factory=dict)  #: the `[source.NAME]` block
    since: datetime | None = None  #: aware UTC; only what is newer need be listed; None asks for everything
    now: datetime | None = None  #: aware UTC; what `since` counts back from


class Source(Protocol):
    """What a module in `scraper/sources` must offer.

    A module may add `HTML = True` (its pages are parsed in a killable worker)
    and `HINTS` (a sentence for the operator by HTTP status).
    """

    NAME: str
    DEFAULTS: Mapping[str, Any]  #: the keys of its block in config.toml; a value's type is what the key takes

    def start(self, options: Options) -> list[Request]:
        """The first requests; pure."""
        ...

    def parse(self, page: Page) -> Parsed:
        """From bytes to ads and further requests; pure; raises `ParseError` when the page is not what was promised."""
        ...


PayUnit = Literal["hour", "day", "week", "month", "year"]
Bound = Literal["exact", "range", "from", "upto"]
Origin = Literal["field", "text", "tariff", "portal_estimate"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pay:
    """One statement of pay, verbatim: nothing converted, nothing guessed without a word in `warnings`."""

    low: float | None  #: in `currency` per `unit`; None with bound "upto" or a tariff without amount
    high: float | None  #: None with bound "from"
    unit: PayUnit | None
    currency: str  #: ISO 4217
    origin: Origin
    bound: Bound | None
    gross: bool | None = None  #: True gross, False net, None unsaid
    hours: float | None = None  #: per week, where the statement names the hours it is paid for
    payments: float | None = None  #: salaries a year, where stated
    tariff: str | None = None  #: canonical: "TVöD E5", "GVP EG2b"
    span: Span | None = None  #: characters in `Posting.description` (origin "text")
    quote: str | None = None  #: the same characters, or the field's own text
    tags: tuple[str, ...] = ()  #: variable_incl, azubi, werkstudent, freelance, minijob, net, part_time …
    warnings: tuple[str, ...] = ()  #: unit_inferred, below_legal_floor, above_plausible, field_text_disagree …


@dataclass(frozen=True, slots=True)
class Monthly:
    """A `Pay` as euros gross per month at full time, with its assumptions; a band where the ad does not fix the hours.

    `low_min == low_max` where the ad states its hours, or states pay by the month;
    otherwise they are the posted lower end at 35 and at 40 hours.
    """

    low_min: float | None
    low_max: float | None
    high_min: float | None
    high_max: float | None
    hour_low_min: float | None  #: the posted lower end in €/h, at the most hours it may be paid for
    hour_low_max: float | None
    hours_low: float  #: weekly hours the conversion rests on
    hours_high: float
    weeks_per_month: float  #: 52/12, or 4.348 under TVöD and TV-L
    assumptions: tuple[str, ...] = ()  #: hours_unstated, full_time_equivalent, tariff_table:2026-05-01 …


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in an ad a fact was read."""

    facet: str  #: level, hours, contract …
    value: str
    span: Span | None  #: characters in `where`; None: from a field
    where: Literal["title", "description", "employer", "occupation", "place", "field"] = "description"
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    code: str  #: ISO 639-1
    need: Literal["required", "plus"]
    level: str | None = None  #: CEFR A1 … C2, or "native"


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours a week as offered; an open side is None."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """One place of work."""

    text: str  #: as written
    city: str | None = None
    district: str | None = None  #: of the profile's town, canonical spelling
    postcode: str | None = None
    country: str | None = None  #: ISO 3166-1 alpha-2
    lat: float | None = None
    lon: float | None = None
    in_town: bool = False  #: in the profile's town


@dataclass(frozen=True, slots=True)
class Facets:
    """What an ad says besides pay. None means that it does not say; labels as in docs/facets.md."""

    in_scope: bool = False
    level: Literal["apprentice", "student", "lead", "experienced", "entry", "unknown"] = "unknown"
    experience_years: float | None = None
    career_changers: bool = False
    work_time: tuple[str, ...] = ()  #: full_time, part_time, minijob
    hours: Hours | None = None
    contract: Literal["permanent", "fixed_term"] | None = None
    agency: Literal["temp", "placement"] | None = None
    remote: Literal["none", "hybrid", "full"] | None = None
    shift: bool = False
    languages: tuple[Language, ...] = ()
    skills: tuple[str, ...] = ()
    sector: str | None = None
    training: tuple[str, ...] = ()
    in_town: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """One ad, normalised; the raw text stays beside each normalised field."""

    raw: RawPosting
    title: str  #: clean text
    description: str  #: clean text, contacts removed; spans count in it
    employer: str | None
    places: tuple[Place, ...]
    pays: tuple[Pay, ...]  #: every statement found; fields first, then text in order
    pay: Pay | None  #: the one that the rules choose
    monthly: Monthly | None  #: the chosen one, converted
    facets: Facets
    posted_on: date | None = None
    changed_at: datetime | None = None
    expires_on: date | None = None
    starts_on: date | None = None
    language: str | None = None
    content_hash: str = ""  #: of every field that counts as a change; volatile ones left out
    parser_version: str = ""  #: of the readers that made this value
    archive_hash: str | None = None  #: of the body it was read from
    notes: tuple[str, ...] = field(default=())  #: doubts and unknown values, for the operator
