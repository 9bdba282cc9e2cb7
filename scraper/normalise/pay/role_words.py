"""Words that speak for or against an amount, where they stand for themselves; the lists are pay_words.toml and pay_veto.toml."""

import re
from functools import cache

from scraper.normalise.pay.words import lists, source

Found = tuple[int, int, str]  #: start, end, "pay_…" or "veto_…"
_BESIDE = re.compile(
    r"(?:ohne|exkl\.?|exklusive|excluding|zzgl\.?|zuzüglich|plus|neben|außer|inkl\.?|inklusive|including|kein|keine|keinen"
    r"|on\stop\sof|besides)\s(?:[a-zäöüß]{2,20}[enrms]\s)?[a-zäöüß-]{0,25}$"
)
_LETTERS = re.compile(r"[a-zäöüß]*\Z")


@cache
def _roles() -> re.Pattern[str]:
    """Pay and veto words in one pattern, so that the longer word wins ("Gehaltsumwandlung" is not "Gehalt")."""
    named = [(f"veto_{key}", words) for key, words in lists("pay_veto")["part"].items()]
    named += [(f"pay_{key}", words) for key, words in lists("pay_words")["pay"].items()]
    return re.compile("|".join(f"(?P<{key}>{source(words)})" for key, words in named))


def found(low: str, start: int, end: int) -> list[Found]:
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


def is_pay(word: Found) -> bool:
    """Whether it speaks for the amount."""
    return word[2].startswith("pay")
