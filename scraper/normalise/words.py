"""Word lists as data: `words/*.toml`, which a person who knows no Python can extend.

A list is a file of entries::

    [[word]]
    pattern = "(wechsel|früh|spät)schicht*"   # how it stands in ads, in lower case
    value = "shift"                          # what it means
    not = ["keine …", "ohne …"]              # optional: wordings around it under which it does not count ("…" = the hit)
    seen = "Arbeit in Wechselschicht"        # a text in which it must be found; each is tested

In a pattern, letters mean themselves (``ä`` also ``ae``, ``ß`` also ``ss``); a space is a gap (space, line break, hyphen);
``_`` a gap or nothing (``home_office``); ``*`` any further letters of the word; ``~`` a German ending (``flexibl~``);
``…`` up to 60 characters of the same sentence; ``#`` a number; ``(a|b)`` either, ``(a|)`` may be missing. The ends of a
pattern are ends of words, except at ``*``. Instead of `pattern`, `regex` takes a regular expression on the lower-case text,
without groups that capture;
`needs` lists texts of which one stands in everything it matches.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scraper.errors import ScraperError
from scraper.normalise import wording

FOLDER = Path(__file__).with_name("words")
_KEYS = {"pattern", "regex", "value", "not", "seen", "note", "needs"}
_REACH = 100  #: characters of a hit before and behind (twice) the piece that it must contain
_START = re.compile(r"[^\W_]+")


class BrokenWordList(ScraperError):
    """A word list cannot be used: names the file, the entry and the key."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"words/{file}, {entry}: {reason}")
        self.file = file
        self.entry = entry


@dataclass(frozen=True, slots=True)
class Word:
    """One entry, compiled."""

    value: str
    regex: re.Pattern[str]
    literals: tuple[str, ...]  #: one of them stands in every text that can match; () where none can be named
    vetoes: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]  #: what may not stand before and after
    seen: str
    pattern: str  #: "" where a `regex` stands instead


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found; `start` and `end` count in the text searched."""

    value: str
    start: int
    end: int
    word: Word


def fold(text: str) -> str:
    """Lower case with every character at its old place ("İ" would become two)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def find(name: str, low: str, start: int = 0, end: int | None = None) -> Iterator[Hit]:
    """Yield the hits of list `name` in folded text, in no particular order; hits may overlap.

    >>> [hit.value for hit in find("shift", "arbeit im schichtdienst")]
    ['shift']
    """
    for _, hit in find_all((name,), low, start, end):
        yield hit


def find_all(names: tuple[str, ...], low: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, Hit]]:
    """Hits of several lists in one walk: an entry is only tried where a word begins with its first letters."""
    table, stop = _table(names), len(low) if end is None else end
    heads, shorter = table.heads, table.shorter
    for begin in _START.finditer(low, start, stop):
        place = begin.start()
        three = low[place : place + 3]
        entries = heads.get(three, ())
        if three[:2] in shorter or three[:1] in shorter:
            entries = (*entries, *heads.get(three[:2], ()), *heads.get(three[:1], ()))
        if entries:
            for name, word, regex in entries:
                if (match := regex.match(low, place, stop)) and counts(word, low, place, match.end()):
                    yield name, Hit(word.value, place, match.end(), word)
    for name, word, regex, literals in table.tails:
        for match in _around(regex, literals, low, start, stop):
            if counts(word, low, match.start(), match.end()):
                yield name, Hit(word.value, match.start(), match.end(), word)


def _around(regex: re.Pattern[str], literals: tuple[str, ...], low: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    """Matches that hold one of the pieces, tried only near one; everywhere when no piece is certain."""
    if not literals:
        yield from regex.finditer(low, start, stop)
    for literal in literals:
        after = start
        while (place := low.find(literal, after, stop)) >= 0:
            after = place + len(literal)
            match = regex.search(low, max(start, place - _REACH), min(stop, place + 2 * _REACH))
            if match and match.start() <= place < match.end():
                yield match
                after = max(after, match.end())


@dataclass(frozen=True, slots=True)
class _Table:
    """Entries of some lists by how their texts begin; `tails` are those whose beginning is open."""

    heads: Mapping[str, tuple[tuple[str, Word, re.Pattern[str]], ...]]
    shorter: frozenset[str]  #: the heads of fewer than three letters
    tails: tuple[tuple[str, Word, re.Pattern[str], tuple[str, ...]], ...]


@cache
def _table(names: tuple[str, ...]) -> _Table:
    heads: dict[str, list[tuple[str, Word, re.Pattern[str]]]] = {}
    tails: list[tuple[str, Word, re.Pattern[str], tuple[str, ...]]] = []
    for name in names:
        for word in load(name):
            for part in wording.alternatives(word.pattern) if word.pattern else ():
                regex = re.compile(wording.translate(part))
                for head in wording.beginnings(part):
                    heads.setdefault(head, []).append((name, word, regex))
                if not wording.beginnings(part):
                    tails.append((name, word, regex, wording.literals(regex.pattern)))
            if not word.pattern:
                tails.append((name, word, word.regex, word.literals))
    shorter = frozenset(head for head in heads if len(head) < 3)
    return _Table({head: tuple(found) for head, found in heads.items()}, shorter, tuple(tails))


def counts(word: Word, low: str, start: int, end: int) -> bool:
    """Whether none of the entry's `not` wordings stands around the place."""
    return not any(_stands(veto, low, start, end) for veto in word.vetoes)


def first(name: str, low: str, start: int = 0, end: int | None = None) -> Hit | None:
    """The leftmost hit, or None."""
    return min(find(name, low, start, end), key=lambda hit: (hit.start, -hit.end), default=None)


@cache
def load(name: str) -> tuple[Word, ...]:
    """Read and compile `words/<name>.toml`, once.

    Raises:
        BrokenWordList: the file is missing, not TOML, or an entry is wrong.
    """
    file = f"{name}.toml"
    try:
        table = tomllib.loads((FOLDER / file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenWordList(file, "whole file", str(error)) from error
    return parse(file, table)


def parse(file: str, table: Mapping[str, Any]) -> tuple[Word, ...]:
    """Compile the entries of one list; `file` is for the error only."""
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
        source = entry["regex"] if "regex" in entry else wording.translate(entry["pattern"])
        regex = re.compile(source)
        pairs = tuple(_veto(veto) for veto in vetoes)
    except (re.error, TypeError) as error:
        raise BrokenWordList(file, name, f"not a usable pattern: {error}") from error
    if regex.groups or regex.match(""):
        raise BrokenWordList(file, name, "a pattern may not capture, nor match an empty text")
    needs = tuple(entry.get("needs", ())) or wording.literals(source)
    return Word(entry["value"], regex, needs, pairs, entry["seen"], entry.get("pattern", ""))


def _veto(text: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before and after, each to be matched in the 40 characters beside the hit."""
    before, after = (part.strip() for part in text.split("…"))
    return (
        re.compile(rf"{wording.translate(before)}[\s\W]{{0,3}}$" if before else ""),
        re.compile(rf"[\s\W]{{0,3}}{wording.translate(after)}" if after else ""),
    )


def _stands(veto: tuple[re.Pattern[str], re.Pattern[str]], low: str, start: int, end: int) -> bool:
    return bool(veto[0].search(low[max(0, start - 40) : start])) and bool(veto[1].match(low[end : end + 40]))
