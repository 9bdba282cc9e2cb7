"""Collective agreements and their groups in a text, in canonical spelling ("TVöD E5", "GVP EG2b")."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from scraper.normalise.pay.words import lists

_STATE = r"(?:nrw|nordrhein-westfalen|bayern|hessen|baden-württemberg|bw|niedersachsen|berlin|hamburg|sachsen|west|ost)"
_STATES = {"nordrhein-westfalen": "NRW", "nrw": "NRW", "bw": "BW"}
_NAMED = (
    r"(?:entgeltgruppen?|entgeltgr\.?|egr\.?|tarifgruppen?|gehaltsgruppen?|lohngruppen?|vergütungsgruppen?|gruppe|eg|tg|gg"
    r"|lg|vg|kg|e)"
)
_GROUP = re.compile(
    rf"(?<![a-zäöüß0-9])(?P<word>{_NAMED})[\s.:-]{{0,2}}(?P<short>\(?(?:e|eg"
    rf"|tg)[\s.-]?)?(?P<first>\d{{1,2}})(?!\d)(?:\s?(?P<letter>[abc])(?![a-zäöüß0-9]))?"
    rf"(?:\s?(?:-|/|bis|oder|bzw\.?|und)\s?(?:(?:{_NAMED})[\s.]?)?(?P<second>\d{{1,2}})(?![\d.,]\d|\d|\s?(?:€|eur|h\b|std"
    rf"|stunden|%|tage))(?:\s?(?P<other>[abc])(?![a-zäöüß0-9]))?)?"
)
_PLAIN = re.compile(
    r"(?:[\s-](?:vka|bund|sue|b|k|p|\(vka\)"
    r"|\(bund\)))*[\s,:(-]{1,3}(?:sue[\s-])?(?P<scale>[sp])?\s?(?P<first>\d{1,2})(?!\d)(?:\s?(?P<letter>[abc])(?![a-zäöüß0-9]))?(?![.,]\d"
    r"|\s?(?:€|eur|h\b|std|stunden|%|tage|uhr|urlaub|monat|-))"
)
_LOOSE = re.compile(
    r"anlehnung|angelehnt|orientier|vergleichbar|ähnlich|über\s?$|übertarif|außertarif|oberhalb|(?:sonderzahlung|urlaub"
    r"|zusatzversorgung|jahressonderzahlung|altersvorsorge|leistungen)\s(?:\w+\s){0,2}(?:nach|gemäß|lt\.?|laut"
    r"|des)\s(?:dem\s)?$"
)


_MOST = 120  #: mentions looked at: keeps endless lists linear


@dataclass(frozen=True, slots=True)
class Tariff:
    """One mention: offsets in the folded text, canonical name; `agreement` and `group` say what was named."""

    start: int
    end: int
    name: str
    agreement: str | None
    group: str | None
    loose: bool  #: only "in Anlehnung", or of something else than pay


@cache
def _agreements() -> tuple[re.Pattern[str], dict[str, tuple[str, str, bool]]]:
    known: dict[str, tuple[str, str, bool]] = {}
    for entry in lists("pay_tariffs")["agreement"]:
        for spelling in entry["spellings"]:
            known[spelling] = (entry["name"], entry["group"], bool(entry.get("region", False)))
    known.update(
        {
            entry["name"].lower(): (entry["name"], entry["group"], True)
            for entry in lists("pay_tariffs")["agreement"]
            if entry.get("region")
        }
    )
    source = "|".join(re.escape(one).replace(r"\ ", r"\s") for one in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<![a-zäöüß])(?P<name>{source})(?:s|es)?(?![a-zäöüß])(?P<region>[\s-]{_STATE}(?![a-zäöüß]))?"), known


def tariffs(low: str, spans: list[tuple[int, int]]) -> list[Tariff]:
    """Every agreement and group of the text; the two are joined where they stand in one sentence of `spans`."""
    pattern, known = _agreements()
    named = list(islice(pattern.finditer(low), _MOST))
    groups = [match for match in islice(_GROUP.finditer(low), _MOST) if match["word"] != "e" or _lonely(low, match, named)]
    done: list[Tariff] = []
    used: set[int] = set()
    for match in named:
        spelling = re.sub(r"\s", " ", match["name"])
        name, letters, with_region = known[spelling]
        if spelling == name.lower() and with_region and not match["region"]:
            continue  # "Einzelhandel" alone is a trade
        if with_region and match["region"]:
            state = match["region"].strip(" -\n\t")
            name = f"{name} {_STATES.get(state, state.capitalize())}"
        sentence = next((span for span in spans if span[0] <= match.start() < span[1]), (0, len(low)))
        here = [one for one in groups if sentence[0] <= one.start() < sentence[1] and abs(one.start() - match.end()) < 120]
        used.update(one.start() for one in here)
        group = min((_lowest(one) for one in here), default=None) or _plain(low, match)
        loose = bool(_LOOSE.search(low[max(sentence[0], match.start() - 60) : match.start()]))
        start, end = min([match.start(), *(one.start() for one in here)]), max([match.end(), *(one.end() for one in here)])
        full = f"{name} {letters}{_spell(group)}" if group and group[1] >= 0 else f"{name} {_scale(group)}" if group else name
        done.append(Tariff(start, end, full, name, _spell(group) if group else None, loose))
    for one in groups:
        if one.start() not in used:
            letters = "TG" if one["word"] in {"tg", "tarifgruppe"} else "E"
            done.append(Tariff(one.start(), one.end(), f"{letters}{_spell(_lowest(one))}", None, _spell(_lowest(one)), False))
    return done


def _lonely(low: str, match: re.Match[str], named: list[re.Match[str]]) -> bool:
    """ "E 6" is a group only near an agreement or a word that says so."""
    near = any(abs(one.start() - match.start()) < 60 for one in named)
    return near or bool(
        re.search(
            r"(?:gruppe|tarif|eingruppier|vergüt|entgelt|bewert)[^.\n]{0,25}$", low[max(0, match.start() - 40) : match.start()]
        )
    )


Group = tuple[int, int, str]


def _lowest(match: re.Match[str]) -> Group:
    first: Group = (int(match["first"]), 0, match["letter"] or "")
    return min(first, (int(match["second"]), 0, match["other"] or "")) if match["second"] else first


def _plain(low: str, match: re.Match[str]) -> Group | None:
    """The group right after the agreement: "TVöD 6", "TVöD SuE S 8b" (the scale's letter is kept as a negative mark)."""
    after = _PLAIN.match(low, match.end())
    if after is None or match["name"] not in {"tvöd", "tvoed", "tv-l", "tvl", "tv-v", "gvp", "igz"}:
        return None
    mark = {"s": -1, "p": -2}.get(after["scale"] or "", 0)
    return (int(after["first"]), mark, after["letter"] or "")


def _spell(group: Group) -> str:
    return f"{group[0]}{group[2]}"


def _scale(group: Group) -> str:
    return f"{'S' if group[1] == -1 else 'P'}{_spell(group)}"
