"""Is this amount the pay of this job? Judged within the amount's own part of the sentence, by word lists.

A veto word beside the amount ("250 € Zuschuss", "Prämie: 500 €") wins over a pay word farther off; a word that only announces
something further ("zzgl. Provision", "neben Weihnachtsgeld") is no veto.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from scraper.normalise.pay.bare import GROSS_RIGHT
from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.minimum import minimum_wage
from scraper.normalise.pay.role_words import Found, found, is_pay
from scraper.normalise.pay.subject import names_another, of_others

Kind = Literal["pay", "veto"]
_BESIDES = re.compile(r"\s*(?:neben|zusätzlich\szu|außer|on\stop\sof|besides|in\saddition\sto)\s")
_GIVEN = re.compile(
    r"\b(?:(?:bekommst|erhältst|verdienst)\sdu|(?:bekommen|erhalten|verdienen)\ssie|(?:be)?zahlen\swir|bieten\swir|gibt\ses|gibt's|you\s(?:get|earn)"
    r"|we\s(?:pay|offer))(?:\s[a-zäöü]{2,15}){0,3}\s*$"
)
_HANDS_OUT = re.compile(r"(?:be)?zahl(?:en|t|e)$")
_PAID_OUT = re.compile(r"vergütet|entlohnt|(?:aus|be|ge)?zahlt|bezahlung|auszahlung")
_INTO = re.compile(r"\s?(?:zum|zur|zu|auf|vom|des|on|to)\b")
_NEAR = 28
_HEADED = re.compile(
    r"[a-zäöüß-]*\s?(?::|=|\(?(?:inkl\.?|inklusive|incl\.?|including)\s*$"
    r"|(?:beträgt|liegt|lautet|bewegt\ssich|startet|beginnt|reicht|is|ranges)\b)"
)
_OWNER = re.compile(r"(?:gehalt|lohn|satz|vergütung|verdienst|entgelt|honorar)\s(?:des|der|eines|einer|unserer|unseres|von)\s")


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


def judge(text: str, low: str, part: Part) -> Role:
    """What the words beside an amount say about it; `text` is `low` as written. What refuses it from afar: `refused`."""
    role = _judged(low, part)
    if role.group == "income":
        at = low.rfind("einkommen", *part.left)
        until = at if at >= 0 else part.left[1] if "einkommen" in low[slice(*part.right)] else part.left[0]
        another = names_another(text, part.left[0], until, low)
        return Role("veto") if another else role  # "Leasingnehmer mit einem Einkommen ab …"
    if (
        role.kind == "pay"
        and role.sure
        and (owner := _OWNER.search(low, *part.left))
        and names_another(text, owner.end(), part.left[1])
    ):
        return replace(role, sure=False)  # "Stundensatz des Technikers 68 €"
    if role.group == "verb" and of_others(text, low, part):
        return Role("veto")
    if role.group == "verb" and names_another(text, *part.left, low):
        return replace(role, sure=False)  # "den Führerschein (2.800 €) bezahlen wir"
    return role


def _judged(low: str, part: Part) -> Role:
    if (minimum := minimum_wage(low, part)) is not None:
        return Role(minimum, sure=minimum == "pay", group="plain")
    right = found(low, *part.right)
    left = [] if _after_besides(low, part) else found(low, *part.left)
    role = _decide(low, part, left, right)
    if role is None and not right:
        before = found(low, *part.before)
        role = _last(before, low)
        headed = bool(before and _HEADED.match(low, before[-1][1], part.before[1]))
        if role and role.kind == "veto" and role.group != "domain":
            return role if headed or role.group == "wish" or not GROSS_RIGHT.match(low, part.amount.end) else Role(None)
        if role and not headed:
            role = replace(role, sure=False)  # "Attraktiver Stundenlohn, und jeder bekommt 30 €"
    if role is None and part.label[1] > part.label[0]:
        role = _labelled(low, part)
    if role is not None and role.group == "domain" and _PAID_RIGHT.match(low, part.amount.end):
        return Role(None)
    return role or Role(None)


def _after_besides(low: str, part: Part) -> bool:
    """Whether the amount is what comes beside other things: "Neben Sachbezug und Jobticket bekommst du 2.560 €"."""
    return bool(_BESIDES.match(low, part.sentence[0]) and _GIVEN.search(low, *part.left))


def _decide(low: str, part: Part, left: list[Found], right: list[Found]) -> Role | None:
    """By the nearest word after the amount, else by the last one before it."""
    gap = right[0][0] - part.amount.end if right else 0
    if right and left and left[-1][2] in {"veto_bonus", "veto_allowance"} and _PAID_OUT.fullmatch(low, *right[0][:2]):
        return _role(left[-1][2])  # "Mehrarbeit wird mit 18 € vergütet"
    if right and gap <= _NEAR and not (left and (right[0][2] == "veto_domain" or (gap > 14 and is_pay(left[-1])))):
        return _role(right[0][2])
    if left:
        return _last(left, low)
    if right and not is_pay(right[0]) and _PAID_RIGHT.match(low, part.amount.end):
        return Role(None)
    return _role(right[0][2]) if right else None


def _labelled(low: str, part: Part) -> Role | None:
    """By the line above; the item before it in a list without marks is no heading of a wage."""
    role = _last(found(low, *part.label), low)
    if role is None or role.kind == "pay" or role.group in {"bonus", "allowance"} or low[part.label[1] - 1] == ":":
        return role
    return None if _PAID_RIGHT.match(low, part.amount.end) else role


def _last(words: list[Found], low: str) -> Role | None:
    if not words:
        return None
    for one, two in pairwise(words):
        if not is_pay(one) and two is words[-1] and is_pay(two) and two[0] - one[1] < _NEAR and _INTO.match(low, one[1]):
            return _role(one[2])  # "Zuschuss zum Gehalt"
    if len(words) > 1 and words[-2][2] == "veto_bonus" and _HANDS_OUT.fullmatch(low, *words[-1][:2]):
        return _role("veto_bonus")  # "für jede Vermittlung zahlen wir …"
    return _role(words[-1][2])


def _role(name: str) -> Role:
    side, _, group = name.partition("_")
    return Role("pay" if side == "pay" else "veto", sure=True, group=group)
