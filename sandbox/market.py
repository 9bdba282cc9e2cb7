"""A market for customer-service work in Duisburg, week by week, drawn from a seed; its truth is in `sandbox.truth`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from random import Random

from sandbox import ads, employers, openings, text
from sandbox.employers import MarketKind
from sandbox.values import Ad, AdState, Employer, Opening, Version

WITHOUT_PAY_FIELD = {"softgarden", "recruitee", "servicebund"}  #: channels that have no field for pay
DEFAULT_TODAY = date(2026, 11, 22)


class Market:
    """Employers, openings and ads of some weeks.

    Args:
        seed: The same seed gives the same market, byte for byte.
        weeks: How many weeks; they count from 0.
        kind: "claim-true" and "claim-false" put most posted entry pay inside or outside 2,400–2,800 € a month;
            "sparse" has three employers that post pay at all; "mixed" is the everyday case.
        today: The date on which the last week is seen.
    """

    def __init__(self, seed: int = 1, weeks: int = 12, kind: MarketKind = "mixed", *, today: date = DEFAULT_TODAY) -> None:
        if weeks < 1:
            raise ValueError(f"a market needs at least one week, not {weeks}")
        if kind not in employers.PLANS:
            raise ValueError(f"unknown kind of market {kind!r}: choose from {', '.join(employers.PLANS)}")
        self.seed, self.weeks, self.kind, self.today = seed, weeks, kind, today
        self.calendar = openings.Calendar(weeks, today)
        rng = Random(f"lohnpegel:{seed}:{kind}")
        drawn = employers.draw(employers.PLANS[kind], rng)
        self.employers: tuple[Employer, ...] = tuple(employer for _, employer in drawn)
        found = [opening for group, one in drawn for opening in openings.of_employer(group, one, self.calendar, rng)]
        self.openings: tuple[Opening, ...] = tuple(_oddities(found, rng))
        self.ads: tuple[Ad, ...] = tuple(ad for opening in self.openings for ad in ads.of_opening(opening, self.calendar, rng))
        self._texts: dict[tuple[str, str, Version], AdState] = {}

    def day(self, week: int) -> date:
        """The date on which `week` is seen."""
        return self.calendar.day(week)

    def week(self, number: int, channel: str | None = None) -> tuple[AdState, ...]:
        """The ads to be seen in that week, newest first; raises IndexError for a week that the market has not."""
        if not 0 <= number < self.weeks:
            raise IndexError(f"week {number} of a market with weeks 0 to {self.weeks - 1}")
        shown = [ad for ad in self.ads if number in ad.weeks and channel in {None, ad.channel}]
        states = [self.state(ad, number) for ad in shown]
        return tuple(sorted(states, key=lambda one: (-one.ad.posted_on.toordinal(), one.ad.reference)))

    def state(self, ad: Ad, week: int) -> AdState:
        """How the ad reads in that week."""
        version = max((one for one in ad.opening.versions if one.week <= week), key=lambda one: one.week)
        key = (ad.channel, ad.reference, version)
        if key not in self._texts:
            pay = None if _is_silent(ad, version) else version.pay
            body = text.render(ad, version, pay, Random(f"{self.seed}:{ad.channel}:{ad.reference}"))
            floor = version.changed_at.replace(year=ad.posted_on.year, month=ad.posted_on.month, day=ad.posted_on.day)
            self._texts[key] = AdState(ad, ad.opening.title, body, pay, max(version.changed_at, floor))
        return self._texts[key]

    @cached_property
    def contacts(self) -> tuple[str, ...]:
        """Every planted name, address and number, to be looked for where none may be."""
        return tuple(
            sorted({text for ad in self.ads if ad.contact for text in (ad.contact.name, ad.contact.email, ad.contact.phone)})
        )


def _is_silent(ad: Ad, version: Version) -> bool:
    """Whether this ad leaves out the pay that others of its opening state."""
    in_field_only = version.pay is not None and version.pay.where == "field"
    return ad.kind == "agency_copy" or (in_field_only and ad.channel in WITHOUT_PAY_FIELD)


def _oddities(found: list[Opening], rng: Random) -> list[Opening]:
    """Plant the rare things: an unknown period name, an hourly amount filed as yearly, now and then pay under the legal floor."""

    def first(test: str) -> int | None:
        fitting = [n for n, one in enumerate(found) if one.versions[0].pay is not None and _fits(one, test)]
        return max(fitting, key=lambda n: found[n].spells[-1][1], default=None)  # still open in the last week, if any is

    for test, change in (
        ("monthly", {"where": "both", "period_name": "MONATSGEHALT"}),
        ("garbage", {"where": "field", "period_name": "JAHRESGEHALT"}),
    ):
        if (n := first(test)) is not None:
            found[n] = _with_pay(found[n], change)
    if rng.random() < 0.5 and (n := first("illegal")) is not None:
        found[n] = _with_pay(found[n], {"low": 13.5, "high": 13.5, "bound": "exact"})
    return found


def _fits(opening: Opening, test: str) -> bool:
    pay = opening.versions[0].pay
    assert pay is not None
    if test == "monthly":
        return pay.unit == "month" and opening.level == "entry"
    if test == "garbage":
        return pay.unit == "hour" and not opening.in_scope
    return pay.unit == "hour" and opening.in_scope and opening.level == "entry" and not opening.spot.in_town


def _with_pay(opening: Opening, change: Mapping[str, object]) -> Opening:
    versions = tuple(replace(one, pay=replace(one.pay, **change)) if one.pay else one for one in opening.versions)  # type: ignore[arg-type]  # names and types are those of PostedPay
    return replace(opening, versions=versions)
