"""Every statement of pay in an ad's text, verbatim, with its place.

Texts without money evidence leave at once: digits are looked up first, then anchors in their lines; only such stretches are folded and read.
"""

import re
from dataclasses import dataclass, replace

from scraper.model import Bound, Pay, PayUnit
from scraper.normalise.pay import units
from scraper.normalise.pay.amounts import amounts
from scraper.normalise.pay.clauses import Part, parts, sentences
from scraper.normalise.pay.context import Stated, masked, payments, weekly_hours
from scraper.normalise.pay.roles import Role, believable, judge, may_be_bare, touched
from scraper.normalise.pay.tariffs import Tariff, tariffs
from scraper.normalise.pay.words import pattern
from scraper.normalise.text import Folded, fold

_DIGIT = re.compile(r"[0-9\uff10-\uff19]")
_ANCHORS = (
    "€", "&#8364", "&#x20ac", "â", "brutto", "netto", "gross", "lohn", "gehalt", "gehält", "vergüt", "verg&", "vergã", "verdien", "entgelt", "bezahl", "salar",
    "tvöd", "tv-", "tv ", "gvp", "igz", "tarif", "$", "£", "honorar", "fixum", "zahlen ", "franken",
)  # fmt: skip
_ODD_ANCHORS = re.compile(
    r"eur(?!op)|\d\s?k(?![a-zäöüß])|(?<![a-zäöüß])(?:chf|usd|gbp|s?fr\.|wages?|pay|paid|earn|tvl|tvv|tvoed|era|avr|bap"
    r"|bza)(?![a-zäöüß])|satz\s\d|zahl[te]\s|\dt?sd"
)
_NUMBER_WORDS = ("zehn", "elf", "zwölf", "zwanzig", "ßig", "zig", "hundert", "tausend")
_INCLUDED = re.compile(
    r"inkl(?:usive|\.)?\s(?:[a-zäöüß]+\s){0,2}[a-zäöüß-]*(?:boni|bonus|provision|prämie|variable|tantieme|commission)"
    r"|including\s(?:\w+\s){0,2}(?:bonus|commission)|davon\s(?:ca\.?\s)?\d+\s?%\s(?:variab|erfolg|provis|bonus)|(?:bei"
    r"|at)\s100\s?%\s(?:ziel|target)|\bote\b|on-target|boni\s(?:inklusive|enthalten|eingerechnet)|provision\s(?:inklusive"
    r"|enthalten|eingerechnet|inbegriffen)|bonus\sincluded|fix\s?(?:\+|und|plus)\s?(?:variabel|provision|bonus)"
)
_LATER = re.compile(
    r"nach\s(?:\d{1,2}|~+|zwei|drei|vier|fünf|sechs|zwölf|einem|dem\s\w+)\s?(?:monat|jahr|woche)?|nach\s~+"
    r"|ab\s(?:dem\s)?(?:\d{1,2}\.|~+|zweiten|dritten|vierten|siebten)\s?(?:beschäftigungs)?(?:monat|jahr|lehrjahr"
    r"|ausbildungsjahr)|ab\s(?:monat|jahr)\s\d|mit\s~+|mit\s\d+\sjahr|after\s(?:\d+|~+|six|three|twelve|your)"
    r"|from\smonth\s\d|(?<!\d)[234]\.\s(?:ausbildungs|lehr)?jahr|(?:year|jahr|lehrjahr)\s[234]\b|stufe\s(?:[2-9]|ii|b|c)\b"
    r"|ab\s~+"
)
_FIRST = re.compile(
    r"ohne\s(?:berufs)?(?:erfahrung|vorkenntnis)|ungelernt|anfänger|\bjunior|without\sexperience|einstieg|start"
    r"|berufseinsteiger|quereinsteiger|in\sden\sersten|zu\sbeginn|zunächst|anfangs|während\sder\s(?:probezeit|einarbeitung"
    r"|schulung)|im\sersten|1\.\s(?:ausbildungs|lehr)?jahr|entry|initial|erstes|stufe\s(?:1|a|i)\b"
)
_PLACE = re.compile(
    r"(?:^|[|,;/\n(]|\bin\s|\bstandort\s)\s*([A-ZÄÖÜ][a-zäöüß]+(?:[-\s](?:am\s|an\sder\s)?[A-ZÄÖÜ][a-zäöüß]+)?)\s?(?::|\(|="
    r"|-)\s*(?:ab\s|bis\szu\s|ca\.\s|€\s?|EUR\s)*$"
)
_GOES_ON = re.compile(
    r"brutto|netto|gross|(?:im|pro|je|per)\s(?:monat|stunde|jahr|month|hour|year)|/\s?(?:monat|h\b|std|stunde|jahr)|monatl"
    r"|mtl|jährl|p\.\s?[am]\."
)
_LEVEL = re.compile(r"[:=(-]\s*(?:ab\s|ca\.\s)?$|stufe|jahr|schicht|gruppe|level|gerechnet|entspricht")
_JOINED_LINES = 3
_MOST = 120  #: amounts looked at in one stretch: no ad has more, and endless lists stay linear


@dataclass(frozen=True, slots=True)
class _Claim:
    """A statement being put together; offsets in the folded stretch."""

    part: Part
    unit: PayUnit | None
    inferred: bool
    bound: Bound
    gross: bool | None
    tags: tuple[str, ...]
    sure: bool


def find(text: str) -> tuple[Pay, ...]:
    """All statements of pay in order of place; spans count in `text`. Never raises.

    >>> [(pay.low, pay.high, pay.unit, pay.quote) for pay in find("Gehalt: 2.400 – 2.800 € brutto/Monat, 50 € Sachbezug")]
    [(2400.0, 2800.0, 'month', '2.400 – 2.800 €')]
    >>> find("1.500 € Startbonus nach der Probezeit")
    ()
    """
    stretches = _stretches(text)
    if not stretches:
        return ()
    found: list[tuple[Folded, int, list[_Claim], list[Tariff]]] = []
    for start, end in stretches:
        folded = fold(text[start:end])
        found.append((folded, start, *_read(folded)))
    if not any(claims or any(one.agreement and one.group for one in named) for _, _, claims, named in found):
        return ()
    whole = found[0][0] if stretches == [(0, len(text))] else fold(text)
    ad = _ad_facts(whole)
    done: list[Pay] = []
    for folded, base, claims, named in found:
        done.extend(_pays(text, folded, base, claims, named, ad))
    return tuple(sorted(done, key=lambda pay: pay.span or (0, 0)))


def _stretches(text: str) -> list[tuple[int, int]]:
    """Offsets of the stretches worth reading: lines with a digit and an anchor, with their neighbours."""
    loose = "\xad" in text
    spans: list[tuple[int, int]] = []
    at = 0
    while match := _DIGIT.search(text, at):
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        at = end = len(text) if end < 0 else end
        if loose or _anchored(text[max(0, begin - 60) : end + 30]):
            spans.append((begin, end))
    for word in ("Euro", "EURO", "EUR", "euro"):
        at = text.find(word)
        while at >= 0:
            begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            end = len(text) if end < 0 else end
            if any(stem in text[begin:end].lower() for stem in _NUMBER_WORDS):
                spans.append((begin, end))
            at = text.find(word, end)
    return _merged(text, sorted(spans))


def _anchored(piece: str) -> bool:
    low = piece.lower()
    return any(anchor in low for anchor in _ANCHORS) or bool(_ODD_ANCHORS.search(low))


def _merged(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    for begin, end in spans:
        for _ in range(_JOINED_LINES):
            begin = text.rfind("\n", 0, max(0, begin - 1)) + 1
        for _ in range(2):
            after = text.find("\n", end + 1)
            end = len(text) if after < 0 else after
        if done and begin <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((begin, end))
    return done


def _read(folded: Folded) -> tuple[list[_Claim], list[Tariff]]:
    low = masked(folded.low)
    found = [one for one in amounts(low) if one.currency or may_be_bare(low, one)][:_MOST]
    if any(one.currency is None for one in found):
        kept = {part.amount for part in parts(folded.text, low, found) if part.amount.currency or touched(low, part)}
        found = [one for one in found if one in kept]
    around = parts(folded.text, low, found)
    judged = [(part, judge(low, part)) for part in around]
    claims = [claim for part, role in judged if (claim := _claim(folded, low, part, role)) is not None]
    claims = _with_siblings(folded, low, judged, claims)
    named = tariffs(folded.low, sentences(folded.text, folded.low))[:_MOST] if _has_tariff(folded.low) else []
    return _shared(low, claims), named


def _has_tariff(low: str) -> bool:
    return any(
        anchor in low for anchor in ("tv", "gvp", "igz", "tarif", "gruppe", "eg ", "era", "avr", "bap", "bza", "eg1", "eg2")
    )


def _claim(folded: Folded, low: str, part: Part, role: Role) -> _Claim | None:
    amount = part.amount
    if role.kind == "veto" or amount.high <= 0:
        return None
    left, right = low[slice(*part.left)], low[slice(*part.right)]
    label = low[slice(*part.label)]
    if not right.strip():
        right = _next_line(low, amount.end)
    gross = units.gross(right)
    if gross is None:
        gross = units.gross(f"{left} {label}")
    unit = _unit(low, part)
    inferred = unit is None
    if unit is None:
        unit = units.by_size(amount.low, amount.high)
    stated = gross is not None
    if inferred and (not (role.sure or stated) or units.UNIT.match(right.lstrip(" (")) or units.UNIT.match(right)):
        return None  # no unit by size where one is said that the amount cannot have
    if not believable(unit, amount.low, amount.high, sure=role.sure, gross=stated):
        return None
    kind = _bound(low, part, left or label)
    tags: tuple[str, ...]
    if role.group == "fixed" or pattern("pay_words", "pay", "fixed").search(f"{left} {right} {label}"):
        tags = ("fixed", *_tags(folded, low, part, role))
    else:
        tags = _tags(folded, low, part, role)
    return _Claim(part, unit, inferred, kind, gross, tags, role.sure)


def _next_line(low: str, end: int) -> str:
    """The line below an amount that ends its own, where it goes on with unit or gross."""
    below = low[end : end + 60].lstrip()
    return below.split("\n")[0] if low[end : end + 3].strip(" ")[:1] == "\n" and _GOES_ON.match(below) else ""


def _bound(low: str, part: Part, left: str) -> Bound:
    amount = part.amount
    if amount.ranged:
        return "exact" if amount.low == amount.high else "range"
    found = units.bound(left, low[amount.end : amount.end + 45])
    following = low[part.amount.end : min(len(low), part.sentence[1] + 120)]
    if found == "exact" and (units.overpaid(low[slice(*part.sentence)]) or units.overpaid(following.split("\n\n")[0])):
        return "from"
    return "from" if found == "from" else "upto" if found == "upto" else "exact"


def _unit(low: str, part: Part) -> PayUnit | None:
    """The unit said about an amount: beside it, before it, in the line above, then elsewhere in its sentence."""
    amount = part.amount
    least, most = amount.low, amount.high
    inside = low[amount.start : amount.end]
    rest = low[part.right[1] : part.sentence[1]]
    stop = min((at for mark in "€" if (at := rest.find(mark)) >= 0), default=len(rest))
    return (
        units.first_unit(low[slice(*part.right)], least, most)
        or units.first_unit(inside, least, most)
        or units.first_unit(low[slice(*part.left)], least, most, last=True)
        or units.first_unit(low[slice(*part.label)], least, most, last=True)
        or units.first_unit(low[slice(*part.before)], least, most, last=True)
        or (units.first_unit(rest[: min(stop, 60)], least, most))
        or units.first_unit(
            low[part.sentence[1] : part.sentence[1] + 25].split("\n", maxsplit=1)[0] if part.right[1] >= part.sentence[1] - 1 else "",
            least,
            most,
        )
        or (
            units.first_unit(low[amount.end : amount.end + 40], least, most) if low[amount.end : amount.end + 1] == "\n" else None
        )
    )


def _tags(folded: Folded, low: str, part: Part, role: Role) -> tuple[str, ...]:
    left = low[part.before[0] : part.left[1]]
    own = low[slice(*part.left)]
    right = low[slice(*part.right)]
    tags: list[str] = []
    sentence = low[part.sentence[0] : part.sentence[1]]
    if role.group != "fixed" and (role.group == "total" or _INCLUDED.search(sentence)):
        tags.append("variable_incl")
    later = pattern("pay_words", "stage")
    entry = _FIRST.search(own)
    if not entry and (
        later.search(own) or _LATER.search(own) or later.search(right) or _LATER.search(right) or later.search(left[-60:])
    ):
        tags.append("stage_later")
    if part.label[1] > part.label[0] and later.search(low, *part.label):
        tags.append("stage_later")
    if pattern("pay_words", "basis", "full_time").search(f"{own} {right}"):
        tags.append("full_time")
    elif pattern("pay_words", "basis", "part_time").search(f"{own} {right}"):
        tags.append("part_time")
    before = folded.text[max(part.sentence[0], part.amount.start - 45) : part.amount.start]
    if place := _PLACE.search(before):
        tags.append(f"place:{place[1]}")
    return tuple(dict.fromkeys(tags))


def _with_siblings(folded: Folded, low: str, judged: list[tuple[Part, Role]], claims: list[_Claim]) -> list[_Claim]:
    """Amounts that say nothing themselves, but stand labelled beside a statement of the same size in its line or sentence."""
    done = list(claims)
    for part, role in judged:
        if role.kind is not None or part.amount.currency is None or any(one.part is part for one in claims):
            continue
        left = low[slice(*part.left)]
        if not (
            _LEVEL.search(left)
            or _LATER.search(left)
            or _FIRST.search(left)
            or pattern("pay_words", "basis").search(left)
            or pattern("pay_words", "stage").search(left)
        ):
            continue
        beside = [one for one in claims if one.part.line == part.line or one.part.sentence == part.sentence]
        value = part.amount.low
        if near := next((one for one in beside if one.unit and 0.4 <= value / one.part.amount.low <= 2.5), None):
            tags = _tags(folded, low, part, role)
            done.append(_Claim(part, near.unit, near.inferred, _bound(low, part, left), near.gross, tags, sure=False))
    return sorted(done, key=lambda one: one.part.amount.start)


def _shared(low: str, claims: list[_Claim]) -> list[_Claim]:
    """Gross and unit said once for a line ("A: 2.400 € | B: 2.600 € (brutto/Monat)") hold for all its statements."""
    done = []
    for claim in claims:
        line = [one for one in claims if one is not claim and one.part.line == claim.part.line]
        if claim.gross is None and any(one.gross for one in line):
            claim = replace(claim, gross=True)
        if claim.gross is None and not line and units.gross(_own_sentence(low, claim.part)):
            claim = replace(claim, gross=True)
        if claim.inferred and (
            same := next(
                (
                    one.unit
                    for one in line
                    if not one.inferred and one.unit and units.by_size(claim.part.amount.low, claim.part.amount.high) == one.unit
                ),
                None,
            )
        ):
            claim = replace(claim, unit=same, inferred=False)
        done.append(claim)
    return done


def _own_sentence(low: str, part: Part) -> str:
    """The rest of the sentence, without the words of other amounts."""
    after = low[part.right[1] : part.sentence[1]]
    return low[slice(*part.before)] + " " + re.split(r"[\d€]", after, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class _Ad:
    """What the whole ad says beside its pay."""

    hours: tuple[float, ...]
    payments: float | None
    tags: tuple[str, ...]
    currency: str
    tariffs: int


def _ad_facts(folded: Folded) -> _Ad:
    low = folded.low
    kinds = pattern("pay_words", "kind")
    tags = tuple(dict.fromkeys(name for match in kinds.finditer(low) if (name := match.lastgroup)))
    stated = weekly_hours(low)
    singles = tuple(dict.fromkeys(one.hours for one in stated if one.single))
    return _Ad(
        singles if all(one.single for one in stated if one.strong) or len(singles) == 1 else (), payments(low), tags, "EUR", 0
    )


def _pays(text: str, folded: Folded, base: int, claims: list[_Claim], named: list[Tariff], ad: _Ad) -> list[Pay]:
    stated = weekly_hours(folded.low)[: 2 * _MOST]
    done = [_pay(text, folded, base, claim, claims, named, stated, ad) for claim in claims]
    taken = {pay.tariff for pay in done}
    for one in named:
        if one.agreement and one.group and one.name not in taken and not (one.loose and claims):
            taken.add(one.name)
            span = _span(folded, base, one.start, one.end)
            hours = ad.hours[0] if len(ad.hours) == 1 else None
            tags = ("tariff_only", *ad.tags)
            done.append(
                Pay(
                    None,
                    None,
                    None,
                    "EUR",
                    "tariff",
                    None,
                    hours=hours,
                    tariff=one.name,
                    span=span,
                    quote=text[slice(*span)],
                    tags=tags,
                )
            )
    return done


def _span(folded: Folded, base: int, start: int, end: int) -> tuple[int, int]:
    first, last = folded.span(start, end)
    return base + first, base + last


def _pay(
    text: str, folded: Folded, base: int, claim: _Claim, claims: list[_Claim], named: list[Tariff], stated: list[Stated], ad: _Ad
) -> Pay:
    amount = claim.part.amount
    span = _span(folded, base, amount.start, amount.end)
    tags = [*claim.tags, *ad.tags]
    if claim.gross is False:
        tags.append("net")
    if claim.inferred:
        tags.append("unit_inferred")
    hours = _hours(claim, claims, stated, ad)
    if hours is not None and hours < 35 and "full_time" not in tags and "part_time" not in tags and claim.unit != "hour":
        tags.append("part_time")
    warnings = ("unit_inferred",) if claim.inferred else ()
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
        tariff=_tariff(claim.part, named),
        span=span,
        quote=text[slice(*span)],
        tags=tuple(dict.fromkeys(tags)),
        warnings=warnings,
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


def _hours(claim: _Claim, claims: list[_Claim], stated: list[Stated], ad: _Ad) -> float | None:
    """The weekly hours this amount is paid for: in its own words, its sentence, else the ad's only figure."""
    part = claim.part
    own = [one for one in stated if part.before[0] <= one.start < part.right[1]]
    if own:
        return own[-1].hours if own[-1].single else None
    here = [one for one in stated if part.line[0] <= one.start < part.line[1] or part.sentence[0] <= one.start < part.sentence[1]]
    free = [
        one
        for one in here
        if not any(
            other is not claim and other.part.before[0] <= one.start < other.part.right[1] and _other_basis(claim, other)
            for other in claims
        )
    ]
    if free:
        sentence = [one for one in free if part.sentence[0] <= one.start < part.sentence[1]] or free
        return sentence[0].hours if len({one.hours for one in sentence}) == 1 and sentence[0].single else None
    if here:
        return None
    return ad.hours[0] if len(ad.hours) == 1 else None


def _other_basis(claim: _Claim, other: _Claim) -> bool:
    """Whether two statements are about different working times, so that the hours of one say nothing about the other."""
    return claim.unit == other.unit and claim.part.amount.low != other.part.amount.low
