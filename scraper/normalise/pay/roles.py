"""Is this amount the pay of this job? Judged within the amount's own part of the sentence, by word lists.

A veto word beside the amount ("250 € Zuschuss", "Prämie: 500 €") wins over a pay word farther off; a word that only announces
something further ("zzgl. Provision", "neben Weihnachtsgeld") is no veto.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Literal

from scraper.model import PayUnit
from scraper.normalise.pay.amounts import Amount
from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.minimum import is_minijob_limit, minimum_wage
from scraper.normalise.pay.others import not_ours
from scraper.normalise.pay.subject import names_another, of_others
from scraper.normalise.pay.words import lists, pattern, source

Kind = Literal["pay", "veto"]
_BESIDE = re.compile(
    r"(?:ohne|exkl\.?|exklusive|excluding|zzgl\.?|zuzüglich|plus|neben|außer|inkl\.?|inklusive|including|kein|keine|keinen"
    r"|on\stop\sof|besides)\s(?:[a-zäöüß]{2,20}[enrms]\s)?[a-zäöüß-]{0,25}$"
)
_BESIDES = re.compile(r"\s*(?:neben|zusätzlich\szu|außer|on\stop\sof|besides|in\saddition\sto)\s")
_GIVEN = re.compile(
    r"\b(?:(?:bekommst|erhältst|verdienst)\sdu|(?:bekommen|erhalten|verdienen)\ssie|(?:be)?zahlen\swir|bieten\swir|gibt\ses|gibt's|you\s(?:get|earn)"
    r"|we\s(?:pay|offer))(?:\s[a-zäöü]{2,15}){0,3}\s*$"
)
_INSTEAD = re.compile(
    r"\b(?:statt|anstatt|nicht|keine|(?<!nicht\s)(?<!nie\s)(?<!keinesfalls\s)(?:unter|weniger\sals))\s$"
)  # "statt 13,90 € zahlen wir …"
_HANDS_OUT = re.compile(r"(?:be)?zahl(?:en|t|e)$")
_PAID_OUT = re.compile(r"vergütet|entlohnt|(?:aus|be|ge)?zahlt|bezahlung|auszahlung")
_INTO = re.compile(r"\s?(?:zum|zur|zu|auf|vom|des|on|to)\b")
#: Headings of a job board's other ads.
_LISTED_JOBS = re.compile(
    r"\b(?:ähnliche|vergleichbare|weitere|andere|mehr|neueste|verwandte|empfohlene|passende|beliebte|interessante)[rnm]?\s(?:offene\s|freie\s)?(?:jobs|stellen\w*|anzeigen|alternativen|angebote\w*"
    r"|jobangebote\w*|positionen|treffer|vakanzen)\b|\b(?:similar|related|other|more|recommended)\s(?:jobs|positions|roles|vacancies)\b"
    r"|\b(?:jobs|stellen|anzeigen|angebote),?\s(?:die|in|aus|für)\s[^.:\n]{0,25}(?:gefallen|interessieren|passen|umgebung|kategorie|nähe)|\b(?:jobs|stellen)\swie\sdies|^(?:passend\sdazu|dazu\spassend|dazu\spasst)\b"
)
_NEAR = 28
_BARE_LEFT = re.compile(
    r"(?:[\s:=()>|€-]|in\s(?:€|euro?)|von|bei|ab|bis(?:\szu)?|zu|ca\.?|rund|etwa|beträgt|liegt|zwischen|i\.\s?h\.\s?v\.|in\shöhe\svon"
    r"|mindestens|mind\.|maximal|max\.|brutto"
    r"|monatlich|mtl\.?|jährlich|/?\s?monat|/?\s?jahr|/?\s?stunde|pro|im|is|of|from|aktuell|derzeit|at\b|between)*+$"
)
_BARE_RIGHT = re.compile(
    r"\s?(?:$|[,.;)\n|+]|/\s?(?:h|std|stunde|monat|jahr)|-?\s?(?:brutto|netto|gross)|pro\s(?:monat|stunde|jahr)"
    r"|im\s(?:monat|jahr)|mtl|monatl|jährl|p\.\s?[am]\.|p\.?a\b|je\sstunde|zzgl|plus|inkl|per\s|und\smehr|\()"
)
_HEADED = re.compile(
    r"[a-zäöüß-]*\s?(?::|=|\(?(?:inkl\.?|inklusive|incl\.?|including)\s*$"
    r"|(?:beträgt|liegt|lautet|bewegt\ssich|startet|beginnt|reicht|is|ranges)\b)"
)
_LETTERS = re.compile(r"[a-zäöüß]*\Z")
_ORDINAL = re.compile(r"\.\s?[a-zäöü]")
_GROSS_RIGHT = re.compile(
    r"\s?\(?(?:brutto|gross|(?:im\smonat|pro\sstunde|pro\smonat|monatlich|/\s?monat|/\s?h|jährlich|p\.?\s?a\.?|pro\sjahr"
    r"|/\s?jahr)\s?\(?(?:brutto|gross)?)"
)


Found = tuple[int, int, str]  #: start, end, "pay_…" or "veto_…"
#: What follows a wage and hardly anything else: "brutto", a unit.
_PAID_RIGHT = re.compile(
    r"[\s(]{0,2}(?:brutto|gross|/\s?(?:monat|h\b|std|stunde|mtl|month|hour)|(?:pro|je|im|per|die|in\sder)\s(?:monat|stunde"
    r"|jahr|month|hour|year)|mtl|monatl|p\.\s?[am]\.)"
)


@dataclass(frozen=True, slots=True)
class Role:
    """What the words say: `sure` by a pay word, not only by a unit; `fixed`, `total` as in pay_words.toml."""

    kind: Kind | None
    sure: bool = False
    group: str | None = None  #: the class of the deciding word


@cache
def _roles() -> re.Pattern[str]:
    """Pay and veto words in one pattern, so that the longer word wins ("Gehaltsumwandlung" is not "Gehalt")."""
    named = [(f"veto_{key}", words) for key, words in lists("pay_veto")["part"].items()]
    named += [(f"pay_{key}", words) for key, words in lists("pay_words")["pay"].items()]
    return re.compile("|".join(f"(?P<{key}>{source(words)})" for key, words in named))


def _found(low: str, start: int, end: int) -> list[Found]:
    """(start, end, class) of each role word of the stretch that stands for itself."""
    got = []
    for match in _roles().finditer(low, start, end):
        name = match.lastgroup or ""
        if name.startswith("veto") and _BESIDE.search(low[max(0, match.start() - 50) : match.start()]):
            continue
        if name.startswith("pay") and not _composed(low, match.start()):
            continue
        got.append((match.start(), match.end(), name))
    return got


@cache
def _compounds() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(lists('pay_words')['compound']['before'])})*")


def _composed(low: str, start: int) -> bool:
    """Whether the letters before a pay word make no other thing of it: "Bruttomonats|gehalt", but not "Nutzungs|entgelt"."""
    before = _LETTERS.search(low, max(0, start - 30), start)
    return before is None or bool(_compounds().fullmatch(before[0]))


def judge(text: str, low: str, part: Part) -> Role:
    """What the words beside an amount say about it; `text` is `low` as written. What refuses it from afar: `refused`."""
    role = _judged(low, part)
    if role.group == "income":
        at = low.rfind("einkommen", *part.left)
        until = at if at >= 0 else part.left[1] if "einkommen" in low[slice(*part.right)] else part.left[0]
        another = names_another(text, part.left[0], until, low)
        return Role("veto") if another else role  # "Leasingnehmer mit einem Einkommen ab …"
    if role.group == "verb" and of_others(text, low, part):
        return Role("veto")
    if role.group == "verb" and names_another(text, *part.left, low):
        return replace(role, sure=False)  # "den Führerschein (2.800 €) bezahlen wir"
    return role


def _judged(low: str, part: Part) -> Role:
    if (minimum := minimum_wage(low, part)) is not None:
        return Role(minimum, sure=minimum == "pay", group="plain")
    right = _found(low, *part.right)
    left = [] if _after_besides(low, part) else _found(low, *part.left)
    role = _decide(low, part, left, right)
    if role is None and not right:
        before = _found(low, *part.before)
        role = _last(before, low)
        headed = bool(before and _HEADED.match(low, before[-1][1], part.before[1]))
        if role and role.kind == "veto" and role.group != "domain":
            return role if headed or role.group == "wish" or not _GROSS_RIGHT.match(low, part.amount.end) else Role(None)
        if role and not headed:
            role = replace(role, sure=False)  # "Attraktiver Stundenlohn, und jeder bekommt 30 €"
    if role is None and part.label[1] > part.label[0]:
        role = _labelled(low, part)
    if role is not None and role.group == "domain" and _PAID_RIGHT.match(low, part.amount.end):
        return Role(None)
    return role or Role(None)


def refused(low: str, part: Part) -> bool:
    """Whether what stands farther off refuses an amount: its line, its sentence, the heading of its list, or who is meant."""
    return (
        _wider_veto(low, part)
        or is_minijob_limit(low, part)
        or bool(_INSTEAD.search(low[slice(*part.left)]))
        or not_ours(low, part)
    )


def _after_besides(low: str, part: Part) -> bool:
    """Whether the amount is what comes beside other things: "Neben Sachbezug und Jobticket bekommst du 2.560 €"."""
    return bool(_BESIDES.match(low, part.sentence[0]) and _GIVEN.search(low, *part.left))


def _decide(low: str, part: Part, left: list[Found], right: list[Found]) -> Role | None:
    """By the nearest word after the amount, else by the last one before it."""
    gap = right[0][0] - part.amount.end if right else 0
    if right and left and left[-1][2] in {"veto_bonus", "veto_allowance"} and _PAID_OUT.fullmatch(low, *right[0][:2]):
        return _role(left[-1][2])  # "Mehrarbeit wird mit 18 € vergütet"
    if right and gap <= _NEAR and not (left and (right[0][2] == "veto_domain" or (gap > 14 and _is_pay(left[-1])))):
        return _role(right[0][2])
    if left:
        return _last(left, low)
    if right and not _is_pay(right[0]) and _PAID_RIGHT.match(low, part.amount.end):
        return Role(None)
    return _role(right[0][2]) if right else None


def _labelled(low: str, part: Part) -> Role | None:
    """By the line above; the item before it in a list without marks is no heading of a wage."""
    role = _last(_found(low, *part.label), low)
    if role is None or role.kind == "pay" or role.group in {"bonus", "allowance"} or low[part.label[1] - 1] == ":":
        return role
    return None if _PAID_RIGHT.match(low, part.amount.end) else role


def _last(found: list[Found], low: str) -> Role | None:
    if not found:
        return None
    for one, two in pairwise(found):
        if not _is_pay(one) and two is found[-1] and _is_pay(two) and two[0] - one[1] < _NEAR and _INTO.match(low, one[1]):
            return _role(one[2])  # "Zuschuss zum Gehalt"
    if len(found) > 1 and found[-2][2] == "veto_bonus" and _HANDS_OUT.fullmatch(low, *found[-1][:2]):
        return _role("veto_bonus")  # "für jede Vermittlung zahlen wir …"
    return _role(found[-1][2])


def _is_pay(found: Found) -> bool:
    return found[2].startswith("pay")


def _role(name: str) -> Role:
    side, _, group = name.partition("_")
    return Role("pay" if side == "pay" else "veto", sure=True, group=group)


def _wider_veto(low: str, part: Part) -> bool:
    """Words that speak for a whole sentence or line, or for the list under a heading."""
    line = low[max(part.line[0], part.amount.start - 600) : min(part.line[1], part.amount.end + 300)]
    if _other_jobs(line):
        return True
    if (found := pattern("pay_veto", "sentence").search(low, *part.sentence)) and not (
        found.lastgroup == "commission_only"
        and pattern("pay_words", "pay", "fixed").search(
            low[part.sentence[0] : found.start()] + low[found.end() : part.sentence[1]]
        )
    ):
        return True
    at = part.line[0]
    for _ in range(8):
        if at <= 0 or not (above := low[low.rfind("\n", max(0, at - 300), at - 1) + 1 : at - 1].strip()):
            return False
        if len(above) <= 45 and _other_jobs(above):
            return True
        at = low.rfind("\n", max(0, at - 300), at - 1) + 1
    return False


def _other_jobs(text: str) -> bool:
    return bool(pattern("pay_veto", "line").search(text) or _LISTED_JOBS.search(text))


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
    if (
        amount.low == amount.high
        and 1900 <= amount.low <= 2100
        and not amount.grouped
        and not _GROSS_RIGHT.match(low, amount.end)
    ):
        return False
    begin = part.label[0] if part.label[1] > part.label[0] else part.left[0]
    words = [one for one in _found(low, begin, amount.start) if _is_pay(one)]
    if words and _BARE_LEFT.match(low[words[-1][1] : amount.start]):
        return True
    return bool(_GROSS_RIGHT.match(low, amount.end)) and (
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
