"""From amounts to claims: unit, gross or net, and whether the evidence carries them."""

import re
from dataclasses import replace

from scraper.model import PayUnit
from scraper.normalise.pay import units
from scraper.normalise.pay.amounts import amounts
from scraper.normalise.pay.bare import believable, may_be_bare, touched
from scraper.normalise.pay.clauses import Part, parts
from scraper.normalise.pay.context import masked
from scraper.normalise.pay.labels import bound
from scraper.normalise.pay.labels import tags as tags_of
from scraper.normalise.pay.refusals import refused
from scraper.normalise.pay.roles import Role, judge
from scraper.normalise.pay.siblings import Claim, shared, with_siblings
from scraper.normalise.pay.subject import is_given, names_another
from scraper.normalise.pay.words import pattern
from scraper.normalise.text import Folded

_GOES_ON = re.compile(
    r"brutto|netto|gross|(?:im|pro|je|per)\s(?:monat|stunde|jahr|month|hour|year)|/\s?(?:monat|h\b|std|stunde|jahr)|monatl"
    r"|mtl|jährl|p\.\s?[am]\."
)
#: Variable pay named right after an amount makes it the base: "2.600 € plus Bonus".
_PLUS_VARIABLE = re.compile(
    r"\s?(?:\+|plus|zzgl\.?|zuzüglich|und|and)\s?(?:[a-zäöüß]{4,20}[enr]\s)?(?:[a-zäöüß]{0,14}-?)(?:bonus|boni|provision|prämie|zulage|zuschläge|commission)"
)
_HOURS = re.compile(r"\d\s?-?(?:[Ss]td|[Ss]tunden|[Hh]\b|hours|%)")
#: "1.050 / 1.120 / 1.200 € (1./2./3. Jahr)"
_BY_YEAR = re.compile(r"[^.;\n\d]{0,40}\(?(?:im\s)?1\.\s?(?:[,/-]|bis|und)\s?(?:2\.|3\.)")
_LEAST_BARE = 2000  #: "1.500 € brutto" without unit or pay word: a sum paid once; no full-time month is paid so little
MOST = 120  #: amounts looked at in one stretch: no ad has more, and endless lists stay linear


def claims_in(folded: Folded) -> list[Claim]:
    """Every claim of a stretch, in order."""
    low = masked(folded.low)
    found = [one for one in amounts(low) if one.currency or may_be_bare(low, one)][:MOST]
    if any(one.currency is None for one in found):
        kept = {part.amount for part in parts(folded.text, low, found) if part.amount.currency or touched(low, part)}
        found = [one for one in found if one in kept]
    if not found:
        return []
    judged = [(part, judge(folded.text, low, part)) for part in parts(folded.text, low, found)]
    claims = [claim for part, role in judged if (claim := _claim(folded, low, part, role)) and not refused(low, part)]
    return shared(low, with_siblings(folded, low, judged, claims)) if claims else []


def _claim(folded: Folded, low: str, part: Part, role: Role) -> Claim | None:
    amount = part.amount
    if role.kind == "veto" or amount.high <= 0:
        return None
    if amount.ranged and _BY_YEAR.match(low, amount.end):
        part = replace(part, amount=(amount := replace(amount, high=amount.low, ranged=False)))  # the first year's
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
    if inferred and not role.sure and (units.UNIT.search(left) or not (based or (amount.whole and amount.ranged))):
        return None  # "Monatlich 50 € brutto": too little for its unit; or nothing says that it is a wage
    if not role.sure and not _speaks_of_us(folded.text, low, part, unit=None if inferred else unit, stated=bool(gross)):
        return None
    told = based or _trainee(left, label) or _short_time(folded.text, low, part)
    if not believable(unit, amount.low, amount.high, sure=role.sure and (told or role.group != "verb"), gross=told):
        return None
    kind = bound(low, part, left or label)
    tags: tuple[str, ...]
    if role.group == "fixed" or pattern("pay_words", "pay", "fixed").search(f"{left} {right} {label}"):
        tags = ("fixed", *tags_of(folded, low, part, role))
    else:
        tags = tags_of(folded, low, part, role)
    return Claim(part, unit, inferred, kind, gross, tags, role.sure)


def _speaks_of_us(text: str, low: str, part: Part, *, unit: PayUnit | None, stated: bool) -> bool:
    """Whether an amount without a sure pay word may be this job's; `unit` as said, `stated`: gross is said."""
    if unit and stated:
        return True
    if unit is None and 60 < part.amount.low < _LEAST_BARE and not _short_time(text, low, part):
        return False
    if is_given(text, part):
        return True
    heading = low.rfind(":", part.sentence[0], part.amount.start)
    return not (names_another(text, *part.left, low) or names_another(text, part.sentence[0], heading, low))


def _short_time(text: str, low: str, part: Part) -> bool:
    """Whether the sentence speaks of working hours or part time."""
    return bool(_HOURS.search(text, *part.sentence) or pattern("pay_words", "basis").search(low, *part.sentence))


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
