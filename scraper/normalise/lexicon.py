"""Which entries of some word lists may begin at a word: the question asked for every word of every ad.

An entry is filed under the first three letters of the words it can begin with. A word met for the first time is held against
those it shares the letters with, by the whole first word of each; the few that remain are remembered, as ads use the same words.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Literal

from scraper.normalise import wording
from scraper.normalise.entry import Word

_WORD = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"([\W_]+)")
_SHORT = 3  #: letters by which entries are filed
_LONG = 12  #: letters by which a word is compared
_TELLING = 130  #: letters of a word that can decide: no entry begins with a longer one
_REACH = 60  #: letters of a compound before the piece that is certain
_NEXT = 3  #: letters by which the word after is compared
_KEPT = 1 << 16  #: words remembered


class Part:
    """One way in which an entry can be written."""

    def __init__(self, name: str, word: Word, text: str, number: int) -> None:
        self.name = name  #: of the list
        self.word = word
        self.text = text  #: in the pattern language
        self.number = number  #: in the order of the lists

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What it matches."""
        return re.compile(wording.translate(self.text)) if self.text else self.word.regex

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """One of them stands in every text that can match; () where none can be named."""
        return wording.literals(self.regex.pattern) if self.text else self.word.literals

    @cached_property
    def required(self) -> tuple[tuple[str, ...], ...]:
        """Groups of pieces beside the literals: one of each stands in every text that can match."""
        groups = wording.required(self.regex.pattern)
        return tuple(group for group in groups if not set(group) & set(self.literals))

    @cached_property
    def _firsts(self) -> wording.Firsts:
        return wording.firsts(self.text, _LONG)

    def head(self, token: str) -> int:
        """How many letters decide that it may begin with this word, at most `_LONG`; 0 where it cannot."""
        firsts = self._firsts
        if token in firsts.whole:
            return len(token)
        if token.startswith(firsts.open):
            return max(len(text) for text in firsts.open if token.startswith(text))
        return 0

    def goes_on(self, token: str, letters: str) -> bool:
        """Whether the word after may begin with these letters."""
        nexts = self._firsts.whole.get(token, ("",))
        return token.startswith(self._firsts.open) or any(letters.startswith(text) or text == "" for text in nexts)


class Lexicon:
    """The parts by how they begin.

    Args:
        parts: The ways in which the entries can be written.
        cut: Parts are tried in the order of the letters, at most so many, that they share with the word; below 0: longest first.
    """

    def __init__(self, parts: Iterable[Part], cut: int) -> None:
        self._cut = cut
        self._heads: dict[str, list[Part]] = {}
        self.open: list[Part] = []  #: those whose beginning is open
        self._pieces: list[tuple[str, Part]] = []
        for part in parts:
            begins = wording.beginnings(part.text, _SHORT) if part.text else frozenset()
            for head in begins:
                self._heads.setdefault(head, []).append(part)
            if not begins:
                self.open.append(part)

    def certain(self, piece: str, part: Part) -> None:
        """File a part of open beginning under a piece that stands in its first word."""
        self._pieces.append((piece, part))

    def candidates(self, token: str) -> tuple[Part, ...]:
        """The parts that may begin with a word, in the order in which they are tried."""
        cut, sign = abs(self._cut), 1 if self._cut > 0 else -1
        found: dict[Part, tuple[int, int]] = {}
        for length in range(1, min(_SHORT, len(token)) + 1):
            for part in self._heads.get(token[:length], ()):
                if part not in found and (letters := part.head(token)):
                    found[part] = (sign * min(letters, cut), part.number)
        near = [(piece, part) for piece, part in self._pieces if piece in token]
        pieces = [part for piece, part in near for _ in range(token[: _REACH + len(piece)].count(piece))]
        return (*sorted(found, key=found.__getitem__), *pieces)

    def may_hold(self, low: str) -> bool:
        """Whether any entry can stand in a text or in a stretch of it; True decides nothing."""
        heads = self._heads
        return any(word[:3] in heads or word[:2] in heads or word[:1] in heads for word in _WORD.findall(low)) or any(
            not part.literals or any(literal in low for literal in part.literals) for part in self.open
        )


Begun = tuple[tuple[Part, ...], ...]


class Walk:
    """Asks some lexicons at every word of a text, in one go, and remembers what they said of a word."""

    def __init__(self, *lexicons: Lexicon) -> None:
        self._lexicons = lexicons
        self._known: dict[str, tuple[Begun, bool] | Literal[False]] = {"": False}
        self._pairs: dict[tuple[str, str], Begun | None] = {}

    def __call__(self, low: str, start: int = 0) -> Iterator[tuple[int, Begun]]:
        """Where words stand with which parts of each lexicon may begin; places count from `start`."""
        pieces = _SPACE.split(low)
        tokens, pairs, places = pieces[::2], self._pairs, None
        for number, heard in enumerate(map(self._known.get, tokens)):
            if not (said := self._learn(tokens[number]) if heard is None else heard):
                continue
            parts: Begun | None = said[0]
            if said[1]:
                pair = tokens[number], tokens[number + 1][:_NEXT] if number + 1 < len(tokens) else ""
                parts = pairs[pair] if pair in pairs else self._learn_pair(pair, said[0])
            if parts:
                places = places or list(accumulate(map(len, pieces), initial=start))
                yield places[2 * number], parts

    def _learn(self, token: str) -> tuple[Begun, bool] | Literal[False]:
        if len(self._known) >= _KEPT:
            self._known.clear()
            self._known[""] = False
        parts = tuple(lexicon.candidates(token[:_TELLING]) for lexicon in self._lexicons)
        goes_on = any(not part.goes_on(token, "") for begun in parts for part in begun)
        said: tuple[Begun, bool] | Literal[False] = (parts, goes_on) if any(parts) else False
        if len(token) <= _TELLING:
            self._known[token] = said
        return said

    def _learn_pair(self, pair: tuple[str, str], parts: Begun) -> Begun | None:
        if len(self._pairs) >= _KEPT:
            self._pairs.clear()
        left = tuple(tuple(part for part in begun if part.goes_on(*pair)) for begun in parts)
        self._pairs[pair] = left if any(left) else None
        return self._pairs[pair]
