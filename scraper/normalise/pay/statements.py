"""Every statement of pay in an ad's text, verbatim, with its place.

Texts without money evidence leave at once (`anchors`); only stretches with some are folded and read.
"""

import re
from dataclasses import dataclass

from scraper.model import Pay
from scraper.normalise.pay.anchors import stretches
from scraper.normalise.pay.claims import MOST, claims_in
from scraper.normalise.pay.clauses import Part, sentences
from scraper.normalise.pay.context import Stated, may_count_salaries, payments, weekly_hours
from scraper.normalise.pay.plain import Plain, plain
from scraper.normalise.pay.siblings import Claim
from scraper.normalise.pay.tariffs import Tariff, tariffs
from scraper.normalise.pay.words import pattern, stems
from scraper.normalise.text import Folded, fold

_OPENING = 160  #: characters of an ad that say what it is about
_FIRST_END = re.compile(r"\n|[.!?]\s")
_REACH = 300  #: characters on either side of an amount that may say what kind of ad it stands in
_TARIFF_ANCHORS = ("tv", "gvp", "igz", "tarif", "gruppe", "eg ", "era", "avr", "bap", "bza", "eg1", "eg2")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A folded part of the ad and what was found there; `base` is its offset in the ad."""

    text: str
    folded: Folded
    base: int
    claims: list[Claim]
    named: list[Tariff]
    stated: list[Stated]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the ad."""
        first, last = self.folded.span(start, end)
        return self.base + first, self.base + last


@dataclass(frozen=True, slots=True)
class _Ad:
    """What the whole ad says beside its pay."""

    hours: float | None  #: its only weekly figure
    payments: float | None
    opening: str  #: its first sentence, folded, in lower case


def find(text: str) -> tuple[Pay, ...]:
    """All statements of pay in order of place; spans count in `text`. Never raises.

    >>> [(pay.low, pay.high, pay.unit, pay.quote) for pay in find("Gehalt: 2.400 – 2.800 € brutto/Monat, 50 € Sachbezug")]
    [(2400.0, 2800.0, 'month', '2.400 – 2.800 €')]
    >>> find("1.500 € Startbonus nach der Probezeit")
    ()
    """
    made = plain(text)
    spans = stretches(made)
    if not spans:
        return ()
    found = [_read(text, start, end) for start, end in spans]
    if not any(one.claims or any(named.agreement and named.group for named in one.named) for one in found):
        return ()
    ad = _ad_facts(text, made)
    done = [pay for one in found for pay in _pays(one, ad)]
    return tuple(sorted(done, key=lambda pay: pay.span or (0, 0)))


def _read(text: str, start: int, end: int) -> _Stretch:
    folded = fold(text[start:end])
    low = folded.low
    worth = any(anchor in low for anchor in _TARIFF_ANCHORS)
    named = tariffs(low, sentences(folded.text, low))[:MOST] if worth else []
    claims = claims_in(folded)
    return _Stretch(text, folded, start, claims, named, weekly_hours(low)[: 2 * MOST] if claims else [])


def _ad_facts(text: str, made: Plain) -> _Ad:
    numbered = fold(_numbered(text, made)).low
    singles = {one.hours for one in weekly_hours(numbered) if one.single}
    hours = singles.pop() if len(singles) == 1 else None
    salaries = payments(fold(text).low) if may_count_salaries(made.low, numbered) else None
    return _Ad(hours, salaries, _opening(text))


def _opening(text: str) -> str:
    """The first sentence or line, folded, in lower case: what the ad is about."""
    low = fold(text[:_OPENING]).low.lstrip()
    return _FIRST_END.split(low, maxsplit=1)[0]


def _numbered(text: str, made: Plain) -> str:
    """The lines of a text that have a digit, each with the one before it: hours and counts of salaries stand nowhere else."""
    kept: list[str] = []
    done = 0
    for begin, end in made.lines:
        kept.append(text[max(done, text.rfind("\n", 0, max(0, begin - 1)) + 1) : end + 1])
        done = end + 1
    return "".join(kept)


def _kinds(low: str) -> tuple[str, ...]:
    """What kind of ad a stretch speaks of: "azubi", "werkstudent", "freelance", "minijob"."""
    if not any(one in low for one in stems("pay_words", "kind")):
        return ()
    return tuple(dict.fromkeys(match.lastgroup or "" for match in pattern("pay_words", "kind").finditer(low)))


def _near(low: str, part: Part) -> str:
    """What stands about an amount: its sentence and line, and the short line above."""
    begin = part.label[0] if part.label[1] > part.label[0] else part.line[0]
    return low[max(begin, part.amount.start - _REACH) : min(max(part.sentence[1], part.line[1]), part.amount.end + _REACH)]


def _pays(stretch: _Stretch, ad: _Ad) -> list[Pay]:
    done = [_pay(stretch, claim, ad) for claim in stretch.claims]
    taken = {pay.tariff for pay in done}
    for one in stretch.named:
        if one.agreement and one.group and one.name not in taken and not (one.loose and stretch.claims):
            taken.add(one.name)
            span = stretch.span(one.start, one.end)
            quote = stretch.text[slice(*span)]
            tags = ("tariff_only", *_kinds(ad.opening))
            done.append(Pay(None, None, None, "EUR", "tariff", None, None, ad.hours, None, one.name, span, quote, tags))
    return done


def _pay(stretch: _Stretch, claim: Claim, ad: _Ad) -> Pay:
    amount = claim.part.amount
    span = stretch.span(amount.start, amount.end)
    tags = [*claim.tags, *_kinds(f"{ad.opening}\n{_near(stretch.folded.low, claim.part)}")]
    if claim.gross is False:
        tags.append("net")
    if claim.inferred:
        tags.append("unit_inferred")
    hours = _hours(claim, stretch, ad)
    if hours is not None and hours < 35 and "full_time" not in tags and claim.unit != "hour":
        tags.append("part_time")
    return Pay(
        low=None if claim.bound == "upto" else amount.low,
        high=None if claim.bound == "from" else amount.high,
        unit=claim.unit,
        currency=amount.currency or "EUR",
        origin="text",
        bound=claim.bound,
        gross=claim.gross,
        hours=hours,
        payments=ad.payments,
        tariff=_tariff(claim.part, stretch.named),
        span=span,
        quote=stretch.text[slice(*span)],
        tags=tuple(dict.fromkeys(tags)),
        warnings=("unit_inferred",) if claim.inferred else (),
    )


def _tariff(part: Part, named: list[Tariff]) -> str | None:
    """The agreement of the amount's own sentence or line; with a group also of a neighbouring line; else the ad's only one."""
    here = [
        one
        for one in named
        if (part.line[0] <= one.start < part.line[1] or part.sentence[0] <= one.start < part.sentence[1]) and not one.loose
    ]
    if with_group := [one for one in here if one.group]:
        return min(with_group, key=lambda one: (one.agreement is None, abs(one.start - part.amount.start))).name
    if own := [one for one in here if part.sentence[0] <= one.start < part.sentence[1]]:
        return own[0].name
    grouped = {one.name for one in named if one.group and one.agreement and not one.loose}
    return grouped.pop() if len(grouped) == 1 else None


def _hours(claim: Claim, stretch: _Stretch, ad: _Ad) -> float | None:
    """The weekly hours this amount is paid for: in its own words, its sentence, else the ad's only figure."""
    part = claim.part
    own = [one for one in stretch.stated if part.before[0] <= one.start < part.right[1]]
    if own:
        return own[-1].hours if own[-1].single else None
    here = [
        one
        for one in stretch.stated
        if part.line[0] <= one.start < part.line[1] or part.sentence[0] <= one.start < part.sentence[1]
    ]
    free = [
        one
        for one in here
        if not any(
            other is not claim and other.part.before[0] <= one.start < other.part.right[1] and _other_basis(claim, other)
            for other in stretch.claims
        )
    ]
    if free:
        sentence = [one for one in free if part.sentence[0] <= one.start < part.sentence[1]] or free
        return sentence[0].hours if len({one.hours for one in sentence}) == 1 and sentence[0].single else None
    if here:
        return None
    return ad.hours


def _other_basis(claim: Claim, other: Claim) -> bool:
    """Whether two statements are about different working times, so that the hours of one say nothing about the other."""
    return claim.unit == other.unit and claim.part.amount.low != other.part.amount.low
