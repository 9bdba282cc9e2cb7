"""What a report rests on, as values: ads, and vacancies gathered from them; pure.

The columns of `storage.tables.posting` are the contract; `from_rows` maps them. A vacancy is one opening with all its ads. One
of them speaks for it: one with usable pay before one without, one whose monthly figure is fixed before one that leaves the hours
open, then the newest. From the others it borrows what that one leaves unsaid. `report.openings` has the same for a million ads.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, get_args

Silence = Literal[
    "none", "tariff_only", "portal_estimate", "variable_incl", "net", "foreign_currency", "not_convertible", "implausible"
]  # fmt: skip
SILENCES: tuple[Silence, ...] = get_args(Silence)

ENTRY_LEVELS = frozenset({"entry", "unknown"})
NOT_ENTRY_TAGS = frozenset({"azubi", "werkstudent", "freelance", "minijob"})


@dataclass(frozen=True, slots=True)
class Ad:
    """One ad as the report sees it; None means that the ad does not say."""

    id: int
    vacancy_id: int
    source: str
    url: str
    title: str
    employer: str | None = None
    employer_key: str | None = None  #: one key per employer, spelling folded; None: nobody knows, so it stands for itself
    level: str = "unknown"
    in_scope: bool = True
    in_town: bool = True
    agency: str | None = None  #: temp, placement
    sector: str | None = None
    district: str | None = None
    contract: str | None = None
    remote: str | None = None
    work_time: tuple[str, ...] = ()
    hours_low: float | None = None  #: per week, as offered
    hours_high: float | None = None
    pay_low: float | None = None  #: verbatim, in `pay_currency` per `pay_unit`
    pay_high: float | None = None
    pay_unit: str | None = None
    pay_currency: str | None = None
    pay_bound: str | None = None
    pay_origin: str | None = None
    pay_gross: bool | None = None
    pay_hours: float | None = None
    pay_tariff: str | None = None
    pay_quote: str | None = None
    pay_tags: tuple[str, ...] = ()
    pay_warnings: tuple[str, ...] = ()
    low_eur_month: float | None = None  #: posted lower end, gross at full time; at the fewest hours the ad leaves open
    low_eur_month_max: float | None = None  #: the same at the most hours
    high_eur_month: float | None = None
    high_eur_month_max: float | None = None
    low_eur_hour: float | None = None
    low_eur_hour_max: float | None = None
    basis_hours_low: float | None = None
    basis_hours_high: float | None = None
    weeks_per_month: float | None = None
    languages: tuple[tuple[str, str], ...] = ()  #: ISO 639-1 code, and "required" or "plus"
    skills: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    career_changers: bool = False
    posted_on: date | None = None
    first_seen_on: date | None = None
    last_seen_on: date | None = None
    closed_on: date | None = None
    closed_reason: str | None = None
    starts_on: date | None = None
    source_id: str = ""  #: the ad's id at its source; with the source it orders ads, whatever order they were stored in
    content_hash: str = ""
    parser_version: str = ""

    def open_on(self, day: date) -> bool:
        """Whether the ad was seen by that day and not yet closed on it."""
        return (self.first_seen_on is None or self.first_seen_on <= day) and (self.closed_on is None or self.closed_on > day)


@dataclass(frozen=True)  # no slots: what is asked again and again is reckoned once
class Vacancy:
    """One opening: its ads, representative first."""

    id: int
    ads: tuple[Ad, ...]

    @property
    def ad(self) -> Ad:
        return self.ads[0]

    @cached_property
    def employer_key(self) -> str:
        """The employer's key; a vacancy whose employer is unknown counts as an employer of its own."""
        return next((ad.employer_key for ad in self.ads if ad.employer_key), f"?{self.id}")

    @cached_property
    def employer(self) -> str | None:
        return next((ad.employer for ad in self.ads if ad.employer), None)

    @cached_property
    def level(self) -> str:
        return next((ad.level for ad in self.ads if ad.level != "unknown"), "unknown")

    @cached_property
    def sector(self) -> str | None:
        return next((ad.sector for ad in self.ads if ad.sector), None)

    @cached_property
    def agency(self) -> str | None:
        return next((ad.agency for ad in self.ads if ad.agency), None)

    @cached_property
    def silence(self) -> Silence | None:
        """Why the vacancy has no figure that counts; None: it has one."""
        return silence(self.ad)

    @cached_property
    def entry(self) -> bool:
        """Whether a beginner may hold it: no lead, experienced, apprentice or student role, no Minijob, no freelance work."""
        return self.level in ENTRY_LEVELS and open_to_beginners(self.ad.work_time, self.ad.pay_tags)


def open_to_beginners(work_time: Collection[str], pay_tags: Collection[str]) -> bool:
    """Whether the terms of an ad, apart from its level, are those of a job that a beginner may hold."""
    return not NOT_ENTRY_TAGS & set(pay_tags) and set(work_time) != {"minijob"}


def silence(ad: Ad) -> Silence | None:
    """Why an ad's pay does not enter the statistics; None: it does. Nothing is imputed.

    >>> silence(Ad(1, 1, "s", "u", "t")), silence(Ad(1, 1, "s", "u", "t", pay_origin="portal_estimate", pay_low=3000.0))
    ('none', 'portal_estimate')
    """
    rules: tuple[tuple[bool, Silence], ...] = (
        (ad.pay_origin is None, "none"),
        (ad.pay_origin == "portal_estimate", "portal_estimate"),
        (ad.pay_origin == "tariff", "tariff_only"),
        (ad.pay_currency not in (None, "EUR"), "foreign_currency"),
        ("variable_incl" in ad.pay_tags, "variable_incl"),
        (ad.pay_gross is False or "net" in ad.pay_tags, "net"),
        ("above_plausible" in ad.pay_warnings, "implausible"),
        (ad.low_eur_month is None and ad.high_eur_month is None, "not_convertible"),
    )
    return next((reason for holds, reason in rules if holds), None)


def fixed(ad: Ad) -> bool:
    """Whether the lower end is one monthly figure: no band for hours unsaid, no "up to"."""
    return ad.low_eur_month is not None and ad.low_eur_month_max in (None, ad.low_eur_month)


def vacancies(ads: Iterable[Ad]) -> tuple[Vacancy, ...]:
    """Gather ads into vacancies, ordered by the first key of their ads; equal for every order of the ads."""
    groups: dict[int, list[Ad]] = {}
    for ad in ads:
        groups.setdefault(ad.vacancy_id, []).append(ad)
    found = (speaking_first(number, group) for number, group in groups.items())
    return tuple(sorted(found, key=lambda vacancy: (*min((ad.source, ad.source_id) for ad in vacancy.ads), vacancy.id)))


def speaking_first(number: int, ads: Sequence[Ad]) -> Vacancy:
    """The vacancy of these ads, the one that speaks for it first."""
    return Vacancy(number, tuple(sorted(ads, key=_rank)) if len(ads) > 1 else tuple(ads))


def _rank(ad: Ad) -> tuple[bool, bool, int, str, str, int]:
    """Usable pay, then a fixed month, then the newest; last the key at the source: numbers follow the order of arrival."""
    day = ad.posted_on or ad.first_seen_on
    return silence(ad) is not None, not fixed(ad), -(day.toordinal() if day else 0), ad.source, ad.source_id, ad.id


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Ad]:
    """Map rows of storage (columns of `posting`, and `vacancy_id`, `languages`, `skills`) to ads.

    `languages` is a list of (code, need, …) or text "en:required:C1,tr:plus"; `skills` a list or a comma list.
    An ad without a vacancy is a vacancy of its own, under its negative id.
    """
    return [_ad(row) for row in rows]


_SAME = (
    "source", "url", "title", "employer", "level", "agency", "sector", "district", "contract", "remote", "hours_low",
    "hours_high", "pay_low", "pay_high", "pay_unit", "pay_currency", "pay_bound", "pay_origin", "pay_gross", "pay_hours",
    "pay_tariff", "pay_quote", "low_eur_month", "low_eur_month_max", "high_eur_month", "high_eur_month_max", "low_eur_hour",
    "low_eur_hour_max", "basis_hours_low", "basis_hours_high", "weeks_per_month", "posted_on", "starts_on", "closed_reason",
)  # fmt: skip
_LISTS = ("work_time", "skills", "training", "pay_tags", "pay_warnings")


def _ad(row: Mapping[str, Any]) -> Ad:
    same: dict[str, Any] = {name: row.get(name) for name in _SAME}
    lists: dict[str, Any] = {name: _texts(row.get(name)) for name in _LISTS}
    return Ad(
        id=row["id"],
        vacancy_id=row["vacancy_id"] if row.get("vacancy_id") is not None else -row["id"],
        employer_key=row.get("employer_folded", row.get("employer")) or None,
        source_id=row.get("source_id") or "",
        content_hash=row.get("content_hash") or "",
        parser_version=row.get("parser_version") or "",
        in_scope=bool(row["in_scope"]),
        in_town=bool(row["in_town"]),
        career_changers=bool(row.get("career_changers")),
        first_seen_on=_day(row.get("first_seen_at")),
        last_seen_on=_day(row.get("last_seen_at")),
        closed_on=_day(row.get("closed_at")),
        languages=_languages(row.get("languages")),
        **lists,
        **same,
    )


def _day(value: datetime | date | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _texts(value: str | Sequence[str] | None) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else list(value or ())
    return tuple(sorted({part.strip() for part in parts if part.strip()}))


def _languages(value: str | Sequence[Any] | None) -> tuple[tuple[str, str], ...]:
    parts = (part.strip().split(":") for part in value.split(",") if part.strip()) if isinstance(value, str) else value or ()
    return tuple(sorted({(str(item[0]), str(item[1]) if len(item) > 1 else "required") for item in parts}))
