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
from scraper.normalise.guard import Guard

_KEYS = {"pattern", "regex", "value", "not", "seen", "note"}


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
    vetoes: tuple[str, ...]  #: the `not` wordings
    seen: str
    pattern: str  #: "" where a `regex` stands instead

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What the entry matches on folded text."""
        return re.compile(self.source or wording.translate(self.pattern))

    def counts(self, low: str, start: int, end: int) -> bool:
        """Whether none of the entry's `not` wordings stands around the place."""
        return not self.vetoes or not self._guard.bars(low, start, end)

    @cached_property
    def _guard(self) -> Guard:
        return Guard(self.vetoes)


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
    return Word(entry["value"], entry.get("regex", ""), tuple(vetoes), entry["seen"], entry.get("pattern", ""))


def _unusable(entry: Mapping[str, Any], vetoes: list[str]) -> str | None:
    """Why the entry cannot be used; a pattern is only compiled for it where its form alone leaves a doubt."""
    for veto in vetoes:
        if not wording.balanced(veto):
            Guard((veto,))
    if "regex" not in entry and wording.balanced(entry["pattern"]) and wording.solid(entry["pattern"]):
        return None
    regex = re.compile(entry["regex"] if "regex" in entry else wording.translate(entry["pattern"]))
    return "a pattern may not capture, nor match an empty text" if regex.groups or regex.match("") else None
