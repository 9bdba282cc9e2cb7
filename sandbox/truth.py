"""What is true of a market, told without a look at any ad text: the measure for everything that reads the ads.

Rules. Unit of account is the vacancy. Pay by the month counts as stated, by the year as a twelfth, by the hour times weekly
hours times 52/12 where the ad names full-time hours; where it does not (or names part-time hours) the lower end is a band
at 35–40 hours. The band 2,400–2,800 € includes its edges.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from sandbox import pay
from sandbox.market import Market
from sandbox.values import Ad, Opening, Version

BASES = (35.0, 38.5, 40.0)


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of posted lower ends, adding up to 1."""

    below: float
    within: float
    above: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Entry-level vacancies in scope and in town with a posted lower end, in one week."""

    week: int
    vacancies: int  #: in scope, in town, entry level, with or without pay
    priced: int
    employers: int  #: that post pay for them
    hours_unstated: int  #: priced vacancies whose lower end is a band
    by_employer: dict[str, Split]  #: hours taken where the ad names none ("35", "38.5", "40") → each employer weighs 1
    by_vacancy: dict[str, Split]  #: the same, each vacancy weighs 1
    lower_ends: tuple[
        tuple[str, str, float, float], ...
    ]  #: vacancy, employer, € a month at 35 and at 40 hours (equal where stated)


def monthly_low(opening: Opening, version: Version) -> tuple[float, float] | None:
    """Posted lower end as € a month at full time; None without amount."""
    return pay.monthly(version.pay, opening.hours if opening.hours_stated and not opening.part_time else None)


def vacancies(market: Market, week: int, channels: Collection[str] | None = None) -> tuple[dict[str, Any], ...]:
    """Every vacancy with an open ad in that week, JSON-able; only those on `channels` when given."""
    open_ads: dict[str, list[Ad]] = defaultdict(list)
    for ad in market.ads:
        if week in ad.weeks and (channels is None or ad.channel in channels):
            open_ads[ad.opening.key].append(ad)
    rows = []
    for opening in market.openings:
        if found := open_ads.get(opening.key):
            version = version_in(opening, week)
            told = any(market.state(ad, week).pay is not None for ad in found)
            rows.append(_vacancy(opening, version if told else replace(version, pay=None), found))
    return tuple(rows)


def version_in(opening: Opening, week: int) -> Version:
    """The state of the opening's ads in that week."""
    return max((one for one in opening.versions if one.week <= week), key=lambda one: one.week)


def shares(market: Market, week: int, channels: Collection[str] | None = None) -> Shares:
    """The numbers that a report on that week must come to."""
    rows = [row for row in vacancies(market, week, channels) if row["in_scope"] and row["in_town"] and row["level"] == "entry"]
    priced = [row for row in rows if row["monthly_low"] is not None]
    ends = tuple((str(row["vacancy"]), str(row["employer"]), *row["monthly_low"]) for row in priced)
    by_employer, by_vacancy = {}, {}
    for basis in BASES:
        at = [(row["employer"], _at(row, basis)) for row in priced]
        by_vacancy[f"{basis:g}"] = _split([[month] for _, month in at])
        grouped: dict[str, list[float]] = defaultdict(list)
        for employer, month in at:
            grouped[employer].append(month)
        by_employer[f"{basis:g}"] = _split(list(grouped.values()))
    return Shares(
        week=week,
        vacancies=len(rows),
        priced=len(priced),
        employers=len({row["employer"] for row in priced}),
        hours_unstated=sum(low != high for _, _, low, high in ends),
        by_employer=by_employer,
        by_vacancy=by_vacancy,
        lower_ends=ends,
    )


def events(market: Market, week: int) -> tuple[dict[str, Any], ...]:
    """What happened to vacancies since the week before: open, close, reopen, change (pay or text); in week 0 all opens."""
    return tuple(event for opening in market.openings for event in _events(opening, week))


def ads(market: Market, week: int) -> tuple[dict[str, Any], ...]:
    """Every open ad: reference, channel, kind, vacancy, and the contact planted in it."""
    return tuple(
        {
            "reference": ad.reference,
            "channel": ad.channel,
            "kind": ad.kind,
            "vacancy": ad.opening.key,
            "publisher": ad.publisher,
            "detail_missing": ad.detail_missing,
            "contact": asdict(ad.contact) if ad.contact else None,
        }
        for ad in market.ads
        if week in ad.weeks
    )


def whole(market: Market) -> dict[str, Any]:
    """The truth of all weeks, JSON-able."""
    weeks = [
        {
            "week": week,
            "day": market.day(week).isoformat(),
            "vacancies": vacancies(market, week),
            "ads": ads(market, week),
            "events": events(market, week),
            "shares": asdict(shares(market, week)),
        }
        for week in range(market.weeks)
    ]
    return {"seed": market.seed, "kind": market.kind, "weeks": weeks}


def _vacancy(opening: Opening, version: Version, found: list[Ad]) -> dict[str, Any]:
    employer, low = opening.employer, monthly_low(opening, version)
    posted = version.pay
    return {
        "vacancy": opening.key,
        "employer": employer.name,
        "employer_key": employer.key,
        "agency": employer.agency,
        "sector": employer.sector,
        "title": opening.title,
        "in_scope": opening.in_scope,
        "in_town": opening.spot.in_town,
        "level": opening.level,
        "district": opening.spot.district,
        "postcode": opening.spot.postcode,
        "town": opening.spot.town,
        "part_time": opening.part_time,
        "hours": opening.hours,
        "hours_stated": opening.hours_stated,
        "contract": opening.contract,
        "remote": opening.remote,
        "shift": opening.shift,
        "career_changers": opening.career_changers,
        "languages": [list(pair) for pair in opening.languages],
        "skills": list(opening.skills),
        "posted": asdict(posted) if posted else None,
        "discloses": posted is not None and posted.low is not None,
        "monthly_low": list(low) if low else None,
        "true_low_month": round(opening.true_low, 2),
        "true_high_month": round(opening.true_high, 2),
        "ads": [ad.reference for ad in found],
        "channels": sorted({ad.channel for ad in found}),
    }


def _at(row: dict[str, Any], hours: float) -> float:
    """The lower end at the given hours where it is a band, as posted else."""
    low, high = row["monthly_low"]
    return float(low) if low == high else round(float(row["posted"]["low"]) * hours * pay.WEEKS_PER_MONTH, 2)


def _split(groups: list[list[float]]) -> Split:
    """Mean over groups of the share within each group."""
    if not groups:
        return Split(0.0, 0.0, 0.0)
    total = {"below": 0.0, "within": 0.0, "above": 0.0}
    for months in groups:
        for month in months:
            total[pay.band_of(month)] += 1 / len(months) / len(groups)
    return Split(**{band: round(share, 9) for band, share in total.items()})


def _events(opening: Opening, week: int) -> Iterator[dict[str, Any]]:
    about = {"week": week, "vacancy": opening.key, "employer": opening.employer.name}
    for number, (start, end) in enumerate(opening.spells):
        if start == week:
            yield about | {"event": "reopen" if number else "open"}
        if end == week:
            yield about | {"event": "close"}
    if week == opening.spells[0][0] or not any(start <= week < end for start, end in opening.spells):
        return
    old, new = version_in(opening, week - 1), version_in(opening, week)
    if old.pay != new.pay:
        yield about | {
            "event": "change",
            "field": "pay",
            "old": asdict(old.pay) if old.pay else None,
            "new": asdict(new.pay) if new.pay else None,
        }
    if old.edition != new.edition:
        yield about | {"event": "change", "field": "text"}
