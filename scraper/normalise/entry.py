"""One entry of a word list: checked when it is read, compiled when it is first tried.

The lists hold thousands of wordings and an ad meets a few dozen: compiling all of them would cost a second before the first ad.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scraper.errors import ScraperError
from scraper.normalise import wording

_KEYS = {"pattern", "regex", "value", "not", "seen", "note", "needs"}
_BESIDE = 40  #: characters before and behind a hit in which a veto may stand
Veto = tuple[re.Pattern[str], re.Pattern[str]]


class BrokenWordList(ScraperError):
    """A word list cannot be used: names the file, the entry and the key."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"words/{file}, {entry}: {reason}")
        self.file = file
        self.entry = entry


@dataclass(frozen=True)
class Word:
    """One entry; its regular expressions are compiled at first use."""

    value: str
    source: str  #: of the regular expression; "" where a `pattern` stands instead
    needs: tuple[str, ...]  #: as given in the list
    vetoes: tuple[str, ...]  #: the `not` wordings
    seen: str
    pattern: str  #: "" where a `regex` stands instead

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What the entry matches on folded text."""
        return re.compile(self.source or wording.translate(self.pattern))

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """One of them stands in every text that can match; () where none can be named."""
        return self.needs or wording.literals(self.regex.pattern)

    def counts(self, low: str, start: int, end: int) -> bool:
        """Whether none of the entry's `not` wordings stands around the place."""
        if not self.vetoes:
            return True
        front, behind, pairs = self._guard
        if front and front.search(low[max(0, start - _BESIDE) : start]):
            return False
        if behind and behind.match(low[end : end + _BESIDE]):
            return False
        return not any(_stands(pair, low, start, end) for pair in pairs)

    @cached_property
    def _guard(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None, tuple[Veto, ...]]:
        """What may not stand before; what may not stand after; pairs that may not stand around."""
        sides = [_sides(text) for text in self.vetoes]
        fronts = "|".join(before for before, after in sides if not after)
        behinds = "|".join(after for before, after in sides if not before)
        pairs = tuple((re.compile(before), re.compile(after)) for before, after in sides if before and after)
        return re.compile(fronts) if fronts else None, re.compile(behinds) if behinds else None, pairs


def _sides(veto: str) -> tuple[str, str]:
    """What a wording forbids before and after a hit, each beside it."""
    before, after = (part.strip() for part in veto.split("…"))
    return (
        rf"{wording.translate(before)}[\s\W]{{0,3}}$" if before else "",
        rf"[\s\W]{{0,3}}{wording.translate(after)}" if after else "",
    )


def _stands(pair: Veto, low: str, start: int, end: int) -> bool:
    return bool(pair[1].match(low[end : end + _BESIDE])) and bool(pair[0].search(low[max(0, start - _BESIDE) : start]))


def parse(file: str, table: Mapping[str, Any]) -> tuple[Word, ...]:
    """Check the entries of one list; `file` is for the error only.

    Raises:
        BrokenWordList: an entry is wrong.
    """
    entries = table.get("word")
    if not isinstance(entries, list) or not entries:
        raise BrokenWordList(file, "whole file", "no [[word]] entries")
    return tuple(_word(file, number, entry) for number, entry in enumerate(entries, 1))


def _word(file: str, number: int, entry: Mapping[str, Any]) -> Word:
    name = f"entry {number} ({entry.get('pattern', entry.get('regex', '?'))!r})"
    if unknown := set(entry) - _KEYS:
        raise BrokenWordList(file, name, f"unknown key {min(unknown)!r}")
    if ("pattern" in entry) == ("regex" in entry):
        raise BrokenWordList(file, name, "needs one of the keys 'pattern' and 'regex'")
    for key in ("value", "seen"):
        if not isinstance(entry.get(key), str):
            raise BrokenWordList(file, name, f"key {key!r} must be a text")
    vetoes = entry.get("not", [])
    if not isinstance(vetoes, list) or not all(isinstance(v, str) and v.count("…") == 1 for v in vetoes):
        raise BrokenWordList(file, name, "key 'not' must be a list of texts with one '…' each")
    try:
        broken = _unusable(entry, vetoes)
    except (re.error, TypeError) as error:
        raise BrokenWordList(file, name, f"not a usable pattern: {error}") from error
    if broken:
        raise BrokenWordList(file, name, broken)
    needs, source = tuple(entry.get("needs", ())), entry.get("regex", "")
    return Word(entry["value"], source, needs, tuple(vetoes), entry["seen"], entry.get("pattern", ""))


def _unusable(entry: Mapping[str, Any], vetoes: list[str]) -> str | None:
    """Why the entry cannot be used; a pattern is only compiled for it where its form alone leaves a doubt."""
    for veto in vetoes:
        if not wording.balanced(veto):
            re.compile("".join(_sides(veto)))
    if "regex" not in entry and wording.balanced(entry["pattern"]) and wording.solid(entry["pattern"]):
        return None
    regex = re.compile(entry["regex"] if "regex" in entry else wording.translate(entry["pattern"]))
    return "a pattern may not capture, nor match an empty text" if regex.groups or regex.match("") else None
