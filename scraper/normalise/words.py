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
without groups that capture; each of its branches must open with ``(?<![^\\W_])``: it is sought where words begin.
"""

import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from scraper.normalise import sources, wording
from scraper.normalise.entry import BrokenWordList, Word, parse
from scraper.normalise.lexicon import Begun, Lexicon, Part, Walk, ends

__all__ = ["FOLDER", "BrokenWordList", "Hit", "Word", "find", "first", "fold", "load", "parse"]

FOLDER = Path(__file__).with_name("words")
SENTENCES = 1 << 13  #: of which it is remembered what they say


class Hit(NamedTuple):
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
    stop = len(low) if end is None else min(end, len(low))
    for place, begun in _spots(name, low):
        if start <= place < stop:
            for part, last in ends(begun, low, place, stop):
                yield Hit(part.word.value, place, last, part.word)


@lru_cache(maxsize=SENTENCES)
def _spots(name: str, low: str) -> tuple[tuple[int, Begun], ...]:
    """Where entries of a list may begin in a text, which is asked for one stretch after the other."""
    return tuple(_walk(name)(low))


@cache
def _walk(name: str) -> Walk:
    return Walk(Lexicon(parts((name,))))


def may_hold(name: str, low: str) -> bool:
    """Whether an entry of the list can stand in a text or in a stretch of it; True decides nothing."""
    return bool(_spots(name, low))


def parts(names: tuple[str, ...]) -> Iterator[Part]:
    """The ways in which the entries of some lists can be written: alternatives of a pattern, branches of an expression."""
    number = 0
    for name in names:
        for word in load(name):
            for way in dict.fromkeys(wording.opened(word.pattern) if word.pattern else sources.branches(word.source)):
                number += 1
                yield Part(name, word, way, number) if word.pattern else Part(name, word, "", number, way)


def first(name: str, low: str, start: int = 0, end: int | None = None) -> Hit | None:
    """The leftmost hit, or None."""
    return min(find(name, low, start, end), key=lambda hit: (hit.start, -hit.end), default=None)


@cache
def load(name: str) -> tuple[Word, ...]:
    """Read `words/<name>.toml`, once.

    Raises:
        BrokenWordList: the file is missing, not TOML, or an entry is wrong.
    """
    file = f"{name}.toml"
    try:
        table = tomllib.loads((FOLDER / file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenWordList(file, "whole file", str(error)) from error
    return parse(file, table)
