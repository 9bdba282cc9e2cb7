"""Vacancies as columns: ads of one opening gathered, the ad that speaks for it first, and what all of them say together; pure.

`report.evidence.Vacancy` is the same for one vacancy, as a value; a test holds both to equal answers. What many ads have alike is
judged once, by making an ad of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from report.ads import NONE, Ads, Codes, Flags, Ints, PayKind
from report.evidence import ENTRY_LEVELS, SILENCES, Ad, open_to_beginners, silence


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """One property of each vacancy: the place of its value in `values`, or NONE."""

    values: tuple[str, ...]
    codes: Codes

    def are(self, value: str) -> Flags:
        """Who has the value."""
        return np.asarray(self.codes == (self.values.index(value) if value in self.values else NONE - 1), dtype=np.bool_)

    @property
    def unknown(self) -> Flags:
        return np.asarray(self.codes == NONE, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """Vacancies, one entry each, in the order of their first ads."""

    ads: Ads
    members: Ints  #: places of ads; those of a vacancy stand together, the one that speaks for it first
    starts: Ints  #: where in `members` each vacancy begins
    first: Ints  #: place of the ad that speaks for each
    employer: Codes  #: one number per employer; an unknown one counts as an employer of its own
    level: Named
    sector: Named
    agency: Named
    district: Named
    silence: Codes  #: why it has no figure that counts: a place in SILENCES; NONE: it has one
    entry: Flags  #: whether a beginner may hold it

    def __len__(self) -> int:
        return len(self.starts)

    def any_ad(self, marked: Flags) -> Flags:
        """Whether any ad of the vacancy is marked."""
        return np.logical_or.reduceat(marked[self.members], self.starts) if len(self) else np.zeros(0, dtype=np.bool_)

    def has(self, kind: str, value: str) -> Flags:
        """Who has a value of a facet's list; what one of its ads says, a vacancy says."""
        named = {"sectors": self.sector, "levels": self.level, "agency": self.agency}
        if kind in named:
            return named[kind].are(value)
        if kind in ("skills", "languages"):
            return self.any_ad(self.ads.marks[kind, value])
        kinds = self.ads.kinds
        told = (one.career_changers if kind == "career_changers" else value in one.training.split(",") for one in kinds)
        return self.any_ad(self.ads.by_kind(told).astype(np.bool_))


def gather(ads: Ads, chosen: Flags) -> Openings:
    """The vacancies of the chosen ads; each speaks with these alone."""
    pays = silences(ads)
    place = np.flatnonzero(chosen)
    day = np.where(ads.posted[place] > 0, ads.posted[place], ads.first_seen[place])
    rank = np.lexsort((-day, ~_fixed(ads)[ads.pay[place]], pays[place] != NONE, ads.home[place]))
    members = place[rank]
    home = ads.home[members]
    starts = np.flatnonzero(np.diff(home, prepend=NONE))
    first = members[starts]
    known = _Known(members, starts)
    level = known.named(ads, [None if one.level == "unknown" else one.level for one in ads.kinds])
    terms = ads.by_kind(open_to_beginners(one.work_time.split(","), ()) for one in ads.kinds).astype(np.bool_)
    tags = _by_pay(ads, [int(open_to_beginners((), one.tags.split(","))) for one in ads.pays.kinds], 1).astype(np.bool_)
    beginners = level.unknown
    for name in ENTRY_LEVELS:
        beginners |= level.are(name)
    return Openings(
        ads=ads,
        members=members,
        starts=starts,
        first=first,
        employer=_employers(known.codes(ads.employer), len(ads.employers)),
        level=level,
        sector=known.named(ads, [one.sector for one in ads.kinds]),
        agency=known.named(ads, [one.agency for one in ads.kinds]),
        district=known.named(ads, [one.district for one in ads.kinds]),
        silence=pays[first],
        entry=beginners & terms[first] & tags[first],
    )


def silences(ads: Ads) -> Codes:
    """Why each ad's pay does not count; NONE: it does."""
    found = [silence(_example(one)) for one in ads.pays.kinds]
    codes = _by_pay(ads, [SILENCES.index(why) if why else NONE for why in found], SILENCES.index("none"))
    amounts = np.append(np.isnan(ads.pays.low) & np.isnan(ads.pays.high), False)[ads.pay]
    return np.where((codes == NONE) & amounts, SILENCES.index("not_convertible"), codes).astype(np.int32)


def _example(kind: PayKind) -> Ad:
    """An ad with such a statement of pay, and an amount."""
    return Ad(
        0, 0, "", "", "", pay_origin=kind.origin, pay_currency=kind.currency, pay_gross=kind.gross,
        pay_tags=tuple(kind.tags.split(",")), pay_warnings=tuple(kind.warnings.split(",")), low_eur_month=1.0,
    )  # fmt: skip


def _by_pay(ads: Ads, values: Sequence[int], otherwise: int) -> Codes:
    """A number for each kind of statement, spread to the ads; ads without a statement get the other."""
    spread = np.array([*values, otherwise], np.int32)[np.append(ads.pays.kind, len(values))]
    return np.asarray(spread[ads.pay], dtype=np.int32)


def _fixed(ads: Ads) -> Flags:
    """Whose lower end is one monthly figure, as `report.evidence.fixed`; one entry per statement of pay, and one for none."""
    pays = ads.pays
    fixed = ~np.isnan(pays.low) & (np.isnan(pays.low_max) | (pays.low_max == pays.low))
    return np.append(fixed, False)


def _employers(codes: Codes, known: int) -> Codes:
    """Numbers without gaps; each unknown employer gets one of its own."""
    unknown = codes == NONE
    numbered = np.where(unknown, known + np.cumsum(unknown) - 1, codes)
    return np.unique(numbered, return_inverse=True)[1].astype(np.int32)


class _Known:
    """What the first of a vacancy's ads that says something says."""

    def __init__(self, members: Ints, starts: Ints) -> None:
        self._members, self._starts = members, starts

    def codes(self, of_ads: Codes) -> Codes:
        if not len(self._starts):
            return np.zeros(0, np.int32)
        codes = of_ads[self._members]
        places = np.where(codes == NONE, len(codes), np.arange(len(codes)))
        first = np.minimum.reduceat(places, self._starts)
        return np.append(codes, np.int32(NONE))[first]

    def named(self, ads: Ads, by_kind: Sequence[str | None]) -> Named:
        values = tuple(sorted({value for value in by_kind if value}))
        places = {value: place for place, value in enumerate(values)}
        return Named(values, self.codes(ads.by_kind(places.get(value or "", NONE) for value in by_kind)))
