"""What the source of a regular expression tells of its matches: its branches, and the pieces of text that must stand in them.

To look for a piece costs a hundredth of a search, and most sentences hold none: `Hinted` looks first.
"""

import re
from collections.abc import Iterable, Iterator

from scraper.normalise.beginnings import WORD_BEGINS

_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_COMPOUND = re.compile(re.escape(WORD_BEGINS) + r"(?:\(\?![^()]*\))?\[\^\\W_\]\{\d+,\d+\}([^\W\d_]{3,})(?![?*{])")
_WORD_ENDS = r"(?![^\W_])"


class Hinted:
    """A regular expression that is only tried on a text with the pieces that its matches need.

    >>> Hinted(r"\\bnicht\\w* (?:nötig|wichtig)").search("das ist nicht wichtig") is not None
    True
    """

    def __init__(self, source: str) -> None:
        self._regex = re.compile(source)
        self._needed = tuple(required(source))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match."""
        return self._regex.finditer(text) if holds(text, self._needed) else iter(())

    def search(self, text: str) -> re.Match[str] | None:
        """The leftmost match, or None."""
        return self._regex.search(text) if holds(text, self._needed) else None

    def match(self, text: str) -> re.Match[str] | None:
        """The match at the beginning, or None."""
        return self._regex.match(text) if holds(text, self._needed) else None


def holds(text: str, needed: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a piece of each group stands in a text."""
    for group in needed:
        for piece in group:
            if piece in text:
                break
        else:
            return False
    return True


def branches(source: str) -> list[str]:
    """The alternatives, each whole: also those of the group that it opens with, behind the beginning of a word.

    >>> branches("ab|c(?:d|e)"), branches(WORD_BEGINS + "(?:ab|c) d") == [WORD_BEGINS + "ab d", WORD_BEGINS + "c d"]
    (['ab', 'c(?:d|e)'], True)
    """
    parts = _split(source)
    if len(parts) > 1:
        return [deeper for part in parts for deeper in branches(part)]
    inner = source.removeprefix(WORD_BEGINS)
    end = _closing(inner)
    if inner == source or not inner.startswith("(?:") or inner[end + 1 : end + 2] in tuple("?*{"):
        return [source]
    return [deeper for part in _split(inner[3:end]) for deeper in branches(f"{WORD_BEGINS}{part}{inner[end + 1 :]}")]


def compound(source: str) -> str:
    """The letters that must stand in the first word matched, behind others that may stand in it; "" where none are told.

    >>> compound(r"(?<![^\\W_])[^\\W_]{0,20}erfahrung(?:en)? nötig"), compound(r"(?<![^\\W_])erfahrung")
    ('erfahrung', '')
    """
    found = _COMPOUND.match(source)
    return found[1] if found else ""


def required(source: str) -> list[tuple[str, ...]]:
    """Pieces of text by groups, of each of which one stands in everything that a regular expression matches.

    >>> required("(?:ab|cd)e?x{2}(?:fg)?(?:hi(?:jk|lm))")
    [('ab', 'cd'), ('hi',), ('jk', 'lm')]
    """
    source = _CLASS.sub(lambda found: found[0] if found[0][0] == "\\" else r"\s", source)
    parts = _split(source)
    if len(parts) > 1:
        return [found] if (found := _one_of(parts)) else []
    piece = _longest(source)
    return ([(piece,)] if len(piece) > 1 else []) + [found for body in _groups(source) for found in required(body)]


def _split(source: str) -> list[str]:
    """Split at the bars that stand outside brackets."""
    parts, depth, begun = [], 0, 0
    for place, char in _plain(source):
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append(source[begun:place])
            begun = place + 1
    return [*parts, source[begun:]]


def _closing(source: str) -> int:
    """Where the bracket closes that the source opens with; 0 where it opens with none."""
    depth = 0
    for place, char in _plain(source):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place
    return 0


def _longest(source: str) -> str:
    best, run, depth = "", "", 0
    for place, char in _plain(source):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and char.isalnum():
            follows = source[place + 1 : place + 2]
            run = run if follows in "?*{" and follows else run + char
            if follows and follows in "?*{":
                best, run = max(best, run, key=len), ""
        else:
            best, run = max(best, run, key=len), ""
    return max(best, run, key=len)


def _plain(source: str) -> Iterator[tuple[int, str]]:
    """Characters with their places; an escaped pair, and each character of a class, counts as one non-letter."""
    place = 0
    while place < len(source):
        if found := _CLASS.match(source, place):
            yield place, "\\"
            place = found.end()
        else:
            yield place, source[place]
            place += 1


def _one_of(parts: list[str]) -> tuple[str, ...]:
    """A piece of each branch; () where one has none."""
    pieces: list[str] = []
    for branch in parts:
        if not (inner := required(branch)):
            return ()
        pieces += min(inner, key=telling)
    return tuple(pieces)


def telling(group: Iterable[str]) -> tuple[int, int, tuple[str, ...]]:
    """Orders groups by how much it tells that one of their pieces is missing: longer pieces first, then fewer."""
    pieces = tuple(group)
    return -min(4, *map(len, pieces)), len(pieces), pieces


def _groups(source: str) -> Iterator[str]:
    """What stands in the outer brackets that may not be missing."""
    depth, begun = 0, 0
    for place, char in _plain(source):
        if char == "(":
            depth += 1
            begun = place if depth == 1 else begun
        elif char == ")":
            depth -= 1
            if depth == 0 and source.startswith("(?:", begun) and source[place + 1 : place + 2] not in tuple("?*{"):
                yield source[begun + 3 : place]
