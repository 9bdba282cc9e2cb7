"""Weak evidence: numbers without a currency, and amounts too far from common pay to be believed without a word for them."""

import re

from scraper.model import PayUnit
from scraper.normalise.pay.amounts import Amount
from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.role_words import found, is_pay

_BARE_LEFT = re.compile(
    r"(?:[\s:=()>|€-]|in\s(?:€|euro?)|von|bei|ab|bis(?:\szu)?|zu|ca\.?|rund|etwa|beträgt|liegt|zwischen|i\.\s?h\.\s?v\.|in\shöhe\svon"
    r"|mindestens|mind\.|maximal|max\.|brutto"
    r"|monatlich|mtl\.?|jährlich|/?\s?monat|/?\s?jahr|/?\s?stunde|pro|im|is|of|from|aktuell|derzeit|at\b|between)*+$"
)
_BARE_RIGHT = re.compile(
    r"\s?(?:$|[,.;)\n|+]|/\s?(?:h|std|stunde|monat|jahr)|-?\s?(?:brutto|netto|gross)|pro\s(?:monat|stunde|jahr)"
    r"|im\s(?:monat|jahr)|mtl|monatl|jährl|p\.\s?[am]\.|p\.?a\b|je\sstunde|zzgl|plus|inkl|per\s|und\smehr|\()"
)
#: "€/Std.: 15,50", "Lohn in Euro: 15,75"; "15,60 pro Stunde (Euro)"
_PER_CURRENCY = re.compile(r"(?:€|\beuro?)\s?/\s?(?:std|stunde|h|monat|mon|mtl|jahr)\b\.?[\s:=|]{1,3}$")
_IN_CURRENCY = re.compile(r"\s?(?:/|pro|je|im|die|per)\s?[a-z]{1,7}\.?\s?\(?(?:in\s)?(?:€|euro?\b)")
_ORDINAL = re.compile(r"\.\s?[a-zäöü]")
GROSS_RIGHT = re.compile(
    r"\s?\(?(?:brutto|gross|(?:im\smonat|pro\sstunde|pro\smonat|monatlich|/\s?monat|/\s?h|jährlich|p\.?\s?a\.?|pro\sjahr"
    r"|/\s?jahr)\s?\(?(?:brutto|gross)?)"
)


def may_be_bare(low: str, amount: Amount) -> bool:
    """Whether what follows a number without currency leaves room for it to be money."""
    return (
        amount.low >= 8 and not (amount.low < 32 and _ORDINAL.match(low, amount.end)) and bool(_BARE_RIGHT.match(low, amount.end))
    )


def touched(low: str, part: Part) -> bool:
    """Whether a bare number has a pay word or "brutto" directly at it."""
    amount = part.amount
    if not may_be_bare(low, amount):
        return False
    if amount.low == amount.high and 1900 <= amount.low <= 2100 and not amount.grouped and not GROSS_RIGHT.match(low, amount.end):
        return False
    begin = part.label[0] if part.label[1] > part.label[0] else part.left[0]
    words = [one for one in found(low, begin, amount.start) if is_pay(one)]
    if words and _BARE_LEFT.match(low[words[-1][1] : amount.start]):
        return True
    if _PER_CURRENCY.search(low, part.left[0], amount.start) or _IN_CURRENCY.match(low, amount.end):
        return True
    return bool(GROSS_RIGHT.match(low, amount.end)) and (
        amount.whole or bool(words) or "brutto" in low[amount.end : amount.end + 25]
    )


#: (least, most) for a claim: with a pay word, with "brutto", with a unit alone.
_BOUNDS: dict[PayUnit, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "hour": ((4, 200), (8, 80), (9, 60)),
    "day": ((30, 2500), (50, 1000), (60, 800)),
    "week": ((100, 6000), (150, 3000), (200, 2500)),
    "month": ((150, 25_000), (400, 15_000), (1000, 9_000)),
    "year": ((2_500, 400_000), (6_000, 300_000), (9_000, 250_000)),
}


def believable(unit: PayUnit | None, low: float, high: float, *, sure: bool, gross: bool) -> bool:
    """Whether the evidence carries the claim: the weaker it is, the nearer to common pay the amount must be."""
    if unit is None:
        return sure and low >= 300 and high <= 300_000
    least, most = _BOUNDS[unit][0 if sure else 1 if gross else 2]
    return least <= low and high <= most
