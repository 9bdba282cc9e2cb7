"""What the words around an amount make of it: its bound, its stage or level, full or part time, its place."""

import re

from scraper.model import Bound
from scraper.normalise.pay import units
from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.roles import Role
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
EACH = re.compile(r"\b(?:jeweils|alle\sangaben|alle\swerte|each)\b")  # said once, for every amount of the line
_LEVEL = re.compile(r"[:=(-]\s*(?:ab\s|ca\.\s)?$|stufe|jahr|schicht|gruppe|level|gerechnet|entspricht")


def bound(low: str, part: Part, left: str) -> Bound:
    """The bound of an amount; `left`: the words before it, or the line above."""
    amount = part.amount
    if amount.ranged:
        return "exact" if amount.low == amount.high else "range"
    found = units.bound(left, low[amount.end : amount.end + 45])
    following = low[part.amount.end : min(len(low), part.sentence[1] + 120)]
    if found == "exact" and (units.overpaid(low[slice(*part.sentence)]) or units.overpaid(following.split("\n\n")[0])):
        return "from"
    return "from" if found == "from" else "upto" if found == "upto" else "exact"


def tags(folded: Folded, low: str, part: Part, role: Role) -> tuple[str, ...]:
    """Tags of the amount, as in docs/pay.md, but for what the whole ad says."""
    left = low[part.before[0] : part.left[1]]
    own = low[slice(*part.left)]
    right = low[slice(*part.right)]
    found: list[str] = []
    sentence = low[part.sentence[0] : part.sentence[1]]
    if role.group != "fixed" and (role.group == "total" or _INCLUDED.search(sentence)):
        found.append("variable_incl")
    later = pattern("pay_words", "stage")
    entry = _FIRST.search(own)
    if not entry and (
        later.search(own) or _LATER.search(own) or later.search(right) or _LATER.search(right) or later.search(left[-60:])
    ):
        found.append("stage_later")
    if part.label[1] > part.label[0] and later.search(low, *part.label):
        found.append("stage_later")
    if pattern("pay_words", "basis", "full_time").search(f"{own} {right}"):
        found.append("full_time")
    elif pattern("pay_words", "basis", "part_time").search(f"{own} {right}"):
        found.append("part_time")
    before = folded.text[max(part.sentence[0], part.amount.start - 45) : part.amount.start]
    if place := _PLACE.search(before):
        found.append(f"place:{place[1]}")
    return tuple(dict.fromkeys(found))


def labelled(low: str, part: Part) -> bool:
    """Whether the words before an amount name a level, stage or basis, or the line speaks of each of its amounts."""
    left = low[slice(*part.left)]
    return bool(
        EACH.search(low, part.sentence[0], min(len(low), part.sentence[1] + 40))
        or _LEVEL.search(left)
        or _LATER.search(left)
        or _FIRST.search(left)
        or pattern("pay_words", "basis").search(left)
        or pattern("pay_words", "stage").search(left)
    )
