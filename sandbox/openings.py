"""Openings of an employer, one after the other in each of its slots, with the weeks they are open and how their ads change."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from sandbox import pay, stock, text
from sandbox.employers import Group, spots
from sandbox.values import Employer, Level, Opening, PostedPay, Unit, Version

_LEVELS: dict[bool, tuple[tuple[Level, ...], tuple[int, ...]]] = {
    True: (("entry", "experienced", "lead", "apprentice"), (5, 3, 1, 1)),  # employers that post pay always say whom they want
    False: (("entry", "experienced", "lead", "apprentice", "unknown"), (10, 4, 2, 1, 3)),
}


@dataclass
class Calendar:
    """Weeks and dates of a market: week `weeks - 1` ends on `today`."""

    weeks: int
    today: date
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))  #: of openings

    def day(self, week: int) -> date:
        """The day on which the market of that week is seen; weeks before 0 are allowed."""
        return self.today - timedelta(days=7 * (self.weeks - 1 - week))


def of_employer(group: Group, employer: Employer, calendar: Calendar, rng: Random) -> list[Opening]:
    """All openings of one employer; one that posts pay always has an entry opening at hand."""
    slots = {
        "open": rng.choice((1, 1, 2)),
        "silent": rng.choice((2, 3, 3, 4)),
        "public": rng.choice((1, 2)),
        "elsewhere": 3,
        "trades": 3,
    }[group]
    projects = iter(rng.sample(stock.load("phrases")["projects"]["names"], 30) * 3)
    titles = {name: _titles(rows[0]["titles"], rng) for name, rows in stock.load("roles").items()}
    drawn: list[Opening] = []
    for slot in range(slots):
        anchor = group == "open" and slot == 0
        for start, spells in _spells(calendar.weeks, anchor, rng):
            levels, weights = _LEVELS[employer.discloses]
            level: Level = "entry" if anchor else rng.choices(levels, weights)[0]
            in_scope = group != "trades"
            role = level if in_scope and level != "unknown" else "out" if not in_scope else "entry"
            seat = _Seat(employer, level, in_scope, anchor, *next(titles[role]), next(projects), start, spells)
            drawn.append(_opening(seat, calendar, rng))
    return drawn


@dataclass(frozen=True, slots=True)
class _Seat:
    employer: Employer
    level: Level
    in_scope: bool
    anchor: bool
    title: str
    is_repeated: bool  #: the employer used this title before: the project goes into it
    project: str
    start: int  #: week of opening, may lie before 0
    spells: tuple[tuple[int, int], ...]


def _titles(stems: list[str], rng: Random) -> Iterator[tuple[str, bool]]:
    """Titles in random order, over and over, and whether they were used before."""
    order = rng.sample(stems, len(stems))
    return itertools.chain(((stem, False) for stem in order), ((stem, True) for stem in itertools.cycle(order)))


def _spells(weeks: int, anchor: bool, rng: Random) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """Start and open weeks of the openings that follow each other in a slot."""
    start = -rng.randint(0, 5)
    while start < weeks:
        length = rng.randint(4, 10) if anchor else rng.randint(3, 9)
        end = min(start + length, weeks)
        first = max(start, 0)
        if first < end:
            spells: tuple[tuple[int, int], ...] = ((first, end),)
            if not anchor and end - first >= 5 and rng.random() < 0.2:  # taken down, and put back after two or three weeks
                pause = first + rng.randint(1, 2)
                spells = ((first, pause), (pause + rng.randint(2, end - first - 3 if end - first < 6 else 3), end))
            yield start, spells
        start += length + (0 if anchor else rng.randint(0, 2))


def _opening(seat: _Seat, calendar: Calendar, rng: Random) -> Opening:
    employer, level = seat.employer, seat.level
    role = stock.load("roles")[level if seat.in_scope and level != "unknown" else "entry" if seat.in_scope else "out"][0]
    part_time = not seat.anchor and rng.random() < 0.25
    jitter = employer.base * rng.uniform(0.985, 1.015)
    base = jitter if pay.band_of(jitter) == employer.band and jitter >= employer.base * 0.99 else employer.base
    low, high = pay.at_level(base if seat.in_scope else base * 1.2, level if seat.in_scope else "unknown", rng)
    lines, skills = text.draft(level, seat.in_scope, seat.project, rng)
    spot = employer.spot if rng.random() < 0.8 else spots(rng, town=employer.spot.town)
    opened = min(calendar.day(seat.start) - timedelta(days=rng.randint(0, 6)), calendar.day(seat.spells[0][0]))
    languages = (
        ("de", "required"),
        *(
            (
                rng.choice(
                    (("en", "required"), ("en", "plus"), ("tr", "plus"), ("tr", "required"), ("nl", "required"), ("pl", "plus"))
                ),
            )
            if rng.random() < 0.5
            else ()
        ),
    )
    bare = Opening(
        key=f"V{next(calendar.numbers):04d}",
        employer=employer,
        title=seat.title.format(g=rng.choice(stock.load("phrases")["genders"]))
        + (f" – {seat.project}" if seat.is_repeated else ""),
        occupation=role["occupations"][role["titles"].index(seat.title) % len(role["occupations"])],
        in_scope=seat.in_scope,
        level=level if seat.in_scope else "unknown",
        true_low=low,
        true_high=high,
        hours=float(rng.choice((20, 25, 30))) if part_time else employer.hours,
        part_time=part_time,
        hours_stated=employer.hours_stated or part_time,
        contract=rng.choices(("permanent", "fixed_term"), (4, 1))[0],
        remote=rng.choices((None, "hybrid", "full"), (6, 3, 1))[0],
        shift=rng.random() < 0.3,
        career_changers=level == "entry" and seat.in_scope and rng.random() < 0.5,
        languages=languages,
        skills=skills,
        draft=lines,
        spot=spot,
        spells=seat.spells,
        opened_on=opened,
        starts_on=opened + timedelta(days=rng.choice((0, 14, 30, 45))),
    )
    return replace(bare, versions=_versions(bare, calendar, rng))


def _posted(opening: Opening, rng: Random) -> PostedPay | None:
    """Pay as posted at first; None where the opening keeps silent.

    Part-time entry openings do, so that full time compares with full time.
    """
    employer = opening.employer
    if employer.form == "tariff":
        group = {"entry": "E5", "unknown": "E5", "experienced": "E6", "lead": "E8", "apprentice": "TVAöD"}[opening.level]
        return PostedPay(None, None, None, None, "text", tariff=f"TVöD {group}") if group != "TVAöD" else None
    if not employer.discloses or (opening.part_time and (opening.level == "entry" or not opening.in_scope)):
        return None
    unit: Unit = (
        employer.form
        if not opening.part_time and opening.level != "apprentice"
        else "month"
        if opening.level == "apprentice"
        else "hour"
    )
    return pay.posted(opening.true_low, opening.true_high, unit, employer.hours, rng)


def _versions(opening: Opening, calendar: Calendar, rng: Random) -> tuple[Version, ...]:
    """The first state of the ads, then every week in which they are edited or merely touched."""
    weeks = [week for start, end in opening.spells for week in range(start, end)]
    now = Version(weeks[0], _posted(opening, rng), 0, _moment(opening.opened_on, rng))
    versions = [now]
    for week in weeks[1:]:
        kind = rng.choices((None, "text", "pay", "touch"), (86, 6, 4, 4))[0]
        fresh = _raised(now.pay, opening) if kind == "pay" else now.pay
        if kind is None or (kind == "pay" and fresh == now.pay):
            continue
        changed = _moment(calendar.day(week) - timedelta(days=rng.randint(0, 5)), rng)
        now = Version(week, fresh, now.edition + (kind == "text"), max(changed, now.changed_at))
        versions.append(now)
    return tuple(versions)


def _raised(old: PostedPay | None, opening: Opening) -> PostedPay | None:
    """The same pay a little higher, where that keeps to the employer's band."""
    if old is None or old.low is None or old.unit is None:
        return old
    step = {"hour": 0.3, "month": 50.0, "year": 600.0}[old.unit]
    new = replace(old, low=round(old.low + step, 2), high=None if old.high is None else round(old.high + step, 2))
    hours = opening.employer.hours
    before, after = pay.monthly(old, hours), pay.monthly(new, hours)
    assert before is not None and after is not None
    same = pay.band_of(before[0]) == pay.band_of(after[0]) and abs(after[0] - pay.CLAIM[1]) >= pay.MARGIN
    return new if same else old


def _moment(day: date, rng: Random) -> datetime:
    """A working hour of that day, local, to the millisecond."""
    return datetime.combine(day, time(rng.randint(6, 17), rng.randint(0, 59), rng.randint(0, 59), rng.randint(1, 999) * 1000))
