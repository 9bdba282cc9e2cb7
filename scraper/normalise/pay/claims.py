"""From amounts to claims: unit, bound, gross or net, tags; what is said once for a line holds for all its amounts."""

import re
from dataclasses import dataclass, replace

from scraper.model import Bound, PayUnit
from scraper.normalise.pay import units
from scraper.normalise.pay.amounts import amounts
from scraper.normalise.pay.clauses import Part, parts
from scraper.normalise.pay.context import masked
from scraper.normalise.pay.roles import Role, believable, judge, may_be_bare, touched
from scraper.normalise.pay.subject import is_given, names_another
from scraper.normalise.pay.words import pattern
from scraper.normalise.text import Folded

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
    r"(?:^|[|,;/\n(]|\s-\s|\bin\s|\bstandort\s)\s*([A-ZÄÖÜ][a-zäöüß]+(?:[-\s](?:am\s|an\sder\s)?[A-ZÄÖÜ][a-zäöüß]+)?)\s?(?::|\(|="
    r"|-|\s)\s*(?:ab\s|bis\szu\s|ca\.\s|€\s?|EUR\s)*$"
)
_GOES_ON = re.compile(
    r"brutto|netto|gross|(?:im|pro|je|per)\s(?:monat|stunde|jahr|month|hour|year)|/\s?(?:monat|h\b|std|stunde|jahr)|monatl"
    r"|mtl|jährl|p\.\s?[am]\."
)
#: Variable pay named right after an amount makes it the base: "2.600 € plus Bonus".
_PLUS_VARIABLE = re.compile(
    r"\s?(?:\+|plus|zzgl\.?|zuzüglich|und|and)\s?(?:[a-zäöüß]{4,20}[enr]\s)?(?:[a-zäöüß]{0,14}-?)(?:bonus|boni|provision|prämie|zulage|zuschläge|commission)"
)
_EACH = re.compile(r"\b(?:jeweils|alle\sangaben|alle\swerte|each)\b")  # said once, for every amount of the line
#: A job or a place and nothing else: no preposition, no verb.
_NAME_ONLY = re.compile(
    r"\s*(?!(?:ab|bis|für|von|mit|und|zu|im|in|auf|bei|wir)\s)[a-zäöüß/*:-]{3,30}(?:\s(?:am|an\sder|\(m/w/d\)|[a-zäöüß-]{3,20}))?\s?:?\s*"
)
_LEVEL = re.compile(r"[:=(-]\s*(?:ab\s|ca\.\s)?$|stufe|jahr|schicht|gruppe|level|gerechnet|entspricht")
_LEAST_BARE = 2000  #: "1.500 € brutto" without unit or pay word: a sum paid once; no full-time month is paid so little
MOST = 120  #: amounts looked at in one stretch: no ad has more, and endless lists stay linear


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement being put together; offsets in the folded stretch."""

    part: Part
    unit: PayUnit | None
    inferred: bool
    bound: Bound
    gross: bool | None
    tags: tuple[str, ...]
    sure: bool


def claims_in(folded: Folded) -> list[Claim]:
    """Every claim of a stretch, in order."""
    low = masked(folded.low)
    found = [one for one in amounts(low) if one.currency or may_be_bare(low, one)][:MOST]
    if any(one.currency is None for one in found):
        kept = {part.amount for part in parts(folded.text, low, found) if part.amount.currency or touched(low, part)}
        found = [one for one in found if one in kept]
    around = parts(folded.text, low, found)
    judged = [(part, judge(folded.text, low, part)) for part in around]
    claims = [claim for part, role in judged if (claim := _claim(folded, low, part, role)) is not None]
    return _shared(low, _with_siblings(folded, low, judged, claims))


def _claim(folded: Folded, low: str, part: Part, role: Role) -> Claim | None:
    amount = part.amount
    if role.kind == "veto" or amount.high <= 0:
        return None
    left, right = low[slice(*part.left)], low[slice(*part.right)]
    label = low[slice(*part.label)]
    if not right.strip():
        right = _next_line(low, amount.end)
    gross = units.gross(right + _bracket(low, part))
    if gross is None:
        gross = units.gross(f"{left} {label}")
    unit = _unit(folded.text, low, part)
    inferred = unit is None
    if unit is None:
        unit = units.by_size(amount.low, amount.high)
    stated = gross is not None
    based = stated or (role.kind is None and bool(_PLUS_VARIABLE.match(low, amount.end)))
    beside = units.opening_unit(right)
    if beside and (inferred or (unit != beside and not units.possible(beside, amount.low, amount.high))):
        return None  # paid per something that nobody is paid so much or so little for
    if inferred and not (role.sure or based or (amount.whole and amount.ranged)):
        return None
    if not role.sure and not _speaks_of_us(folded.text, low, part, unit=None if inferred else unit, stated=stated):
        return None
    if not believable(unit, amount.low, amount.high, sure=role.sure, gross=based or _trainee(left, label)):
        return None
    kind = _bound(low, part, left or label)
    tags: tuple[str, ...]
    if role.group == "fixed" or pattern("pay_words", "pay", "fixed").search(f"{left} {right} {label}"):
        tags = ("fixed", *_tags(folded, low, part, role))
    else:
        tags = _tags(folded, low, part, role)
    return Claim(part, unit, inferred, kind, gross, tags, role.sure)


def _speaks_of_us(text: str, low: str, part: Part, *, unit: PayUnit | None, stated: bool) -> bool:
    """Whether an amount without a sure pay word may be this job's; `unit` as said, `stated`: gross or net is said."""
    if unit and stated:
        return True
    if unit is None and 60 < part.amount.low < _LEAST_BARE and not _short_time(low, part):
        return False
    if is_given(text, part):
        return True
    heading = low.rfind(":", part.sentence[0], part.amount.start)
    return not (names_another(text, *part.left, low) or names_another(text, part.sentence[0], heading, low))


def _short_time(low: str, part: Part) -> bool:
    """Whether the sentence speaks of working hours or part time."""
    return "~" in low[slice(*part.sentence)] or bool(pattern("pay_words", "basis").search(low, *part.sentence))


def _trainee(*texts: str) -> bool:
    """Whether the words before an amount are about a trainee, who is paid less than others."""
    return any(pattern("pay_words", "kind", "azubi").search(text) for text in texts)


def _bracket(low: str, part: Part) -> str:
    """The rest of a bracket that the amount's own words end in: "(Monat, brutto)"."""
    right = low[slice(*part.right)]
    if "(" not in right or ")" in right:
        return ""
    rest = low[part.right[1] : part.right[1] + 40].partition(")")
    return rest[0] if rest[1] and not re.search(r"[\d€]", rest[0]) else ""


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


def _unit(text: str, low: str, part: Part) -> PayUnit | None:
    """The unit said about an amount: beside it, before it, in the line above, then elsewhere in its sentence."""
    amount = part.amount
    least, most = amount.low, amount.high
    inside = low[amount.start : amount.end]
    rest = low[part.right[1] : part.sentence[1]]
    stop = min((at for mark in "€" if (at := rest.find(mark)) >= 0), default=len(rest))
    ends = part.right[1] >= part.sentence[1] - 1
    following = re.split(r"[\n\d€]", low[part.sentence[1] : part.sentence[1] + 25], maxsplit=1)[0] if ends else ""
    return (
        units.first_unit(low[slice(*part.right)], least, most)
        or units.first_unit(inside, least, most)
        or units.first_unit(low[slice(*part.left)], least, most, last=True)
        or units.first_unit(low[slice(*part.label)], least, most, last=True)
        or (None if is_given(text, part) else units.first_unit(low[slice(*part.before)], least, most, last=True))
        or (units.first_unit(rest[: min(stop, 60)], least, most))
        or units.first_unit(following, least, most)
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


def _with_siblings(folded: Folded, low: str, judged: list[tuple[Part, Role]], claims: list[Claim]) -> list[Claim]:
    """Amounts that say nothing themselves, but stand labelled beside a statement of the same size in its line or sentence."""
    done = list(claims)
    for part, role in judged:
        if role.kind is not None or part.amount.currency is None or any(one.part is part for one in claims):
            continue
        beside = [one for one in claims if one.part.line == part.line or one.part.sentence == part.sentence]
        if not _labelled(low, part):
            beside = [one for one in beside if _listed(low, part, one.part)]
        value = part.amount.low
        if near := next((one for one in beside if one.unit and 0.4 <= value / one.part.amount.low <= 2.5), None):
            tags = _tags(folded, low, part, role)
            left = low[slice(*part.left)]
            done.append(Claim(part, near.unit, near.inferred, _bound(low, part, left), near.gross, tags, sure=False))
    return sorted(done, key=lambda one: one.part.amount.start)


def _labelled(low: str, part: Part) -> bool:
    """Whether the words before an amount name a level, stage or basis, or the line speaks of each of its amounts."""
    left = low[slice(*part.left)]
    return bool(
        _EACH.search(low, part.sentence[0], min(len(low), part.sentence[1] + 40))
        or _LEVEL.search(left)
        or _LATER.search(left)
        or _FIRST.search(left)
        or pattern("pay_words", "basis").search(left)
        or pattern("pay_words", "stage").search(left)
    )


def _listed(low: str, part: Part, other: Part) -> bool:
    """Whether two amounts are entries of one list, each with nothing but a name: "Essen 15,60 €, Duisburg 15,30 € je Stunde"."""
    names = all(_NAME_ONLY.fullmatch(low[slice(*one.left)]) for one in (part, other))
    return names and not low[slice(*part.right)].strip()


def _shared(low: str, claims: list[Claim]) -> list[Claim]:
    """Gross and unit said once for a line ("A: 2.400 € | B: 2.600 € (brutto/Monat)") hold for all its statements."""
    return [
        _completed(low, claim, [one for one in claims if one is not claim and one.part.line == claim.part.line])
        for claim in claims
    ]


def _completed(low: str, claim: Claim, line: list[Claim]) -> Claim:
    """A claim with what the others of its line say for it."""
    gross, unit, inferred = claim.gross, claim.unit, claim.inferred
    if gross is None and (
        any(one.gross for one in line)
        or _each_gross(low, claim.part)
        or (not line and units.gross(_own_sentence(low, claim.part)))
    ):
        gross = True
    size = units.by_size(claim.part.amount.low, claim.part.amount.high)
    said = {one.unit for one in line if not one.inferred and 0.4 <= one.part.amount.low / claim.part.amount.low <= 2.5}
    if inferred and (size in said if size else len(said) == 1):
        unit, inferred = size or said.pop(), False
    return replace(claim, gross=gross, unit=unit, inferred=inferred)


def _each_gross(low: str, part: Part) -> bool:
    """Whether the line says of all its amounts that they are gross: "…, jeweils brutto im Monat"."""
    each = _EACH.search(low, part.amount.end, part.line[1])
    return bool(each and units.gross(low[each.end() : min(each.end() + 30, part.line[1])]))


def _own_sentence(low: str, part: Part) -> str:
    """The rest of the sentence, without the words of other amounts."""
    after = low[part.right[1] : part.sentence[1]]
    return low[slice(*part.before)] + " " + re.split(r"[\d€]", after, maxsplit=1)[0]
