"""Unit, bound and gross or net, read from the words around an amount."""

import re

from scraper.model import PayUnit

_PER = (
    r"(?:(?:/|\(|\bpro|\bje|\bper|\bp\.)\s?-?|(?:\bdie|\bin\s(?:der|einer)|\bim|\ban?|\beach|\bevery|\bthe|\bjede|\beine)\s)"
    r"(?:volle[nr]?\s|geleistete[nr]?\s|gearbeitete[nr]?\s)?"
)
_PAY = (
    r"(?:brutto|grund|netto|ziel|fest|fix|basis|einstiegs|gesamt|garantie)*(?:-?gehalt|-?gehälter|-?lohn|-?löhne|-?satz"
    r"|-?sätze|-?verdienst"
    r"|-?vergütung|-?honorar|-?entgelt|-?einkommen|-?brutto|-?netto|-?gage|-?fix|-?bezüge|-?salär|-?arbeitsentgelt)"
)
_UNITS: dict[PayUnit, str] = {
    "hour": (
        rf"{_PER}(?:arbeits|zeit)?(?:stunden?\b|std\b|stdn?\b|h\b|hours?\b|hr\b)|(?:stunden|std\.?-?\s?){_PAY}"
        rf"|(?<=~)\s?à\s|brutto-?stunden(?!p)|\bstündlich"
        r"|\bhourly|\bstdl\b|(?<=[€]\s)h\b|(?<=[€])h\b|(?<=euro\s)h\b|€-stunde"
    ),
    "day": (
        rf"{_PER}(?:arbeits|einsatz|kalender|messe)?(?:tag\b|day\b)|tages{_PAY}|\bam\stag\b|(?<!arbeitszeit\s)\btäglich|\bdaily\b"
        rf"|\bday\srate"
    ),
    "week": rf"{_PER}(?:arbeits|kalender)?(?:woche\b|week\b)|wochen{_PAY}|\bwöchentlich|\bweekly\b",
    "month": (
        rf"{_PER}(?:kalender)?(?:monat\b|mon\b|month\b|mo\b|m\b(?!\w)|mtl\b)|\bp\.?\s?m\b(?!\w)|\bmonatl|\bmtl\b"
        rf"|monats{_PAY}|monatsgrund|\bjeden\smonat|\b(?:am|zum)\smonatsende"
        r"|brutto-?monats|\bmonthly|\bmtl\."
    ),
    "year": (
        rf"{_PER}(?:kalender|geschäfts)?(?:jahr\b|year\b|yr\b|annum\b)|\bp\.?\s?a\b(?!\w)|(?<=/)a\b|/\s?j\b|\bjährlich|\bjährl\b"
        rf"|jahres{_PAY}"
        r"|brutto-?jahres|\bannual|\byearly|\bjahres\w*(?:gehalt|lohn|brutto)"
    ),
}
UNIT = re.compile("|".join(f"(?P<{unit}>{source})" for unit, source in _UNITS.items()))

#: What an amount may be worth per unit, so that a far unit word is not taken for the amount's own.
_POSSIBLE: dict[PayUnit, tuple[float, float]] = {
    "hour": (3, 200), "day": (25, 2500), "week": (70, 6000), "month": (90, 25_000), "year": (2_500, 500_000),
}  # fmt: skip

_FILL = (
    r"(?:[\s:(=>\"'-]|brutto|gross|netto|ca\.?|etwa|rund|circa|monatlich|mtl\.?|jährlich|stündlich|eur|€|von|of|auf|bei"
    r"|pro\s(?:monat|stunde|jahr)|im\s(?:monat|jahr)|von\s)*+$"
)
_FROM = re.compile(
    r"(?:\b(?:ab|mind\.?|mindestens|wenigstens|minimum|min\.?|über|mehr\sals|größer\sals|höher\sals|nicht\s(?:unter|weniger\sals)|nie\s(?:unter"
    r"|weniger\sals)|keinesfalls\sunter"
    r"|start(?:s|ing)?\s(?:at|from)|beginn(?:t|end)\sbei|from|at\sleast|more\sthan|above|over|no\sless\sthan|not\sless\sthan|upwards\sof"
    r"|startend\sbei|oberhalb)|>=?|≥)" + _FILL
)
_UPTO = re.compile(
    r"(?:\b(?:bis\szu|bis|bis\s(?:zu\s)?max\.?|max\.?|maximal|maximum|höchstens|up\sto|upto|at\smost|nicht\smehr\sals"
    r"|capped\sat)|<=?|≤)" + _FILL
)
_FROM_AFTER = re.compile(
    r"\s?\+(?=\s*(?:$|[,.;)\n/]|brutto|netto|gross|monatl|mtl|(?:pro|im|je|per|a)\s|p\.))"
    r"|(?:[\s(]*(?:brutto|gross|€|/\s?monat|im\smonat|pro\smonat|monatlich|/\s?h|/\s?std\.?|pro\sstunde|die\sstunde|im\sjahr|p\.a\.))*+"
    r"[\s(]*(?:aufwärts|und\smehr|oder\smehr|and\smore|or\smore|and\sup|mindestens|minimum)\b"
)
_UPTO_AFTER = re.compile(r"[\s(]*(?:brutto|/monat|im\smonat|pro\smonat|/h|pro\sstunde)?[\s(]*(?:maximal|max\.|höchstens|maximum)")
_FLOOR = re.compile(
    r"mindest(?:brutto|monats|jahres|stunden|grund|einstiegs)*-?(?:gehalt|entgelt|verdienst|vergütung|bezug|gehälter"
    r"|einkommen)|mindest(?:stunden|monats|jahres|brutto|einstiegs)lohn"
    r"|kv-minimum|(?:minimum|min\.?|mind\.)\s(?:gross\s|monthly\s|annual\s|brutto)?(?:salary|pay|wage|gehalt|lohn"
    r"|verdienst)|minimalgehalt"
)
_CEILING = re.compile(
    r"(?:maximal|höchst|spitzen)(?:brutto|monats|jahres|stunden)*-?(?:gehalt|lohn|verdienst|entgelt|vergütung)[^\d]{0,20}$"
)
_OVERPAY = re.compile(r"überzahl|überbezahl")
_GROSS = re.compile(r"brutto|\bgross\b|\bbrt\b|\bbto\b|\bbr\.")
_NET = re.compile(r"netto|\bnet\b|after\stax|\bnach\s(?:steuern|abzug)")


def possible(unit: PayUnit, low: float, high: float) -> bool:
    """Whether anyone might be paid this much per unit: wide bounds, for reading, not for judging."""
    least, most = _POSSIBLE[unit]
    return least <= low and high <= most


def first_unit(text: str, low: float, high: float, *, last: bool = False) -> PayUnit | None:
    """The first unit word of the text (the last, if so asked) that the amount can be paid per."""
    matches = list(UNIT.finditer(text))
    for match in reversed(matches) if last else matches:
        for unit in _UNITS:
            if match.lastgroup == unit and possible(unit, low, high):
                return unit
    return None


def opening_unit(text: str) -> PayUnit | None:
    """The unit word that the text opens with, whatever the amount."""
    match = UNIT.match(text.lstrip(" ("))
    return next((unit for unit in _UNITS if match and match.lastgroup == unit), None)


def by_size(low: float, high: float) -> PayUnit | None:
    """The unit that an amount without one must mean; None where two are possible.

    >>> by_size(15.3, 15.3), by_size(2400, 2800), by_size(32000, 36000), by_size(900, 900)
    ('hour', 'month', 'year', None)
    """
    if low >= 8 and high <= 60:
        return "hour"
    if low >= 1200 and high < 7000:
        return "month"
    return "year" if low >= 18_000 else None


_RISES = re.compile(r"[^.\n]{0,25}\b(?:rises|rising|increas|goes\sup|steigt|erhöht)")


def bound(left: str, right: str) -> str:
    """The bound of a single amount, from the words that touch it: "exact", "from" or "upto"."""
    if _RISES.match(right) and re.search(r"start|beginn", left[-20:]):
        return "exact"  # the first stage of several
    if _UPTO.search(left) or _CEILING.search(left) or _UPTO_AFTER.match(right):
        return "upto"
    if _FROM.search(left) or _FROM_AFTER.match(right) or _FLOOR.search(left):
        return "from"
    return "exact"


def overpaid(text: str) -> bool:
    """Austrian "Überzahlung": the amount named is a floor."""
    return bool(_OVERPAY.search(text))


def gross(text: str) -> bool | None:
    """True gross, False net, None unsaid; gross wins where both are said."""
    if _GROSS.search(text):
        return True
    return False if _NET.search(text) else None
