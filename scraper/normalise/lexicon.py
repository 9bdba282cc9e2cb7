"""Which entries of some word lists may begin at a word: the question asked for every word of every ad.

An entry is filed under the first three letters of the words it can begin with. A word met for the first time is held against
those it shares the letters with, by the whole first word of each; the few that remain are remembered, as ads use the same words.
Of an entry that is one word the answer is remembered too, so that no pattern is tried a second time on it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

from scraper.normalise import beginnings, sources, wording
from scraper.normalise.entry import BrokenWordList, Word

_SPACE = re.compile(r"([\W_]+)")
_SHORT = 3  #: letters by which entries are filed
_LONG = 12  #: letters by which a word is compared
_TELLING = 130  #: letters of a word that can decide: no entry begins with a longer one
_REACH = 60  #: letters of a compound in which the piece that is certain stands
_NEXT = 3  #: letters by which the word after is compared
_KEPT = 1 << 16  #: words remembered
_FAR = 200  #: characters in which the pieces that an entry needs stand


class Part:
    """One way in which an entry can be written: a pattern, or a regular expression.

    Args:
        name: Of the list.
        word: The entry.
        text: In the pattern language; "" where `source` stands instead.
        number: In the order of the lists.
        source: One branch of the entry's regular expression.
    """

    def __init__(self, name: str, word: Word, text: str, number: int, source: str = "") -> None:
        self.name = name
        self.word = word
        self.text = text
        self.number = number
        self.source = source
        self.single = bool(text) and wording.single(text)  #: all it matches is one word
        self.guarded = bool(word.vetoes)  #: it does not count everywhere
        self.wide = bool(source) or "…" in text  #: so much may stand in it that its pieces are looked for first

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What it matches."""
        return re.compile(self.source or wording.translate(self.text))

    @cached_property
    def required(self) -> tuple[tuple[str, ...], ...]:
        """Groups of pieces beside the one it begins with: one of each stands in every text that can match."""
        groups = sources.required(self.regex.pattern)
        return tuple(sorted((group for group in groups if not self._opens_with(group)), key=sources.telling))

    def _opens_with(self, group: tuple[str, ...]) -> bool:
        return len(group) == 1 and (self.text or self.source.removeprefix(beginnings.WORD_BEGINS)).startswith(group[0])

    @cached_property
    def begins(self) -> frozenset[str]:
        """The first letters of the words it can begin with; empty where they are open."""
        return beginnings.beginnings(self.text or self.source, _SHORT, regex=not self.text)

    @cached_property
    def firsts(self) -> beginnings.Firsts:
        """The words it can begin with, and how the next may begin."""
        return beginnings.firsts(self.text or self.source, _LONG, regex=not self.text)


def spellings(token: str) -> tuple[str, ...]:
    """A word as it stands, and with a sign for any digit."""
    return (token, beginnings.masked(token, all_digits=True)) if token[:1].isdigit() else (token,)


Nexts = tuple[str, ...]  #: how the word after may begin
#: parts that may begin at a word, each with the letters of that word which it matches, or 0 where it must be tried
Begun = tuple[tuple[Part, int], ...]


def ends(begun: Begun, low: str, place: int, stop: int) -> list[tuple[Part, int]]:
    """The parts that match and count at a place, with the place where each match ends.

    Args:
        begun: What may begin there.
        low: Folded text, read up to `stop`.
        place: Where a word begins.
        stop: Where the text ends for this purpose.
    """
    found: list[tuple[Part, int]] = []
    near = ""
    for part, letters in begun:
        end = place + letters
        if not letters or end > stop:
            if part.wide:
                near = near or (low if stop <= _FAR else low[place : min(stop, place + _FAR)])
                if not sources.holds(near, part.required):
                    continue
            if not (match := part.regex.match(low, place, stop)):
                continue
            end = match.end()
        if not part.guarded or part.word.counts(low, place, end):
            found.append((part, end))
    return found


class _Bucket:
    """The parts that begin with the same letters, by the whole of the words they can begin with."""

    def __init__(self, head: str, parts: list[Part]) -> None:
        self._whole: dict[str, list[tuple[Part, Nexts]]] = {}
        self._open: dict[str, list[Part]] = {}
        for part in parts:
            for word, nexts in part.firsts.whole.items():
                if word.startswith(head):
                    self._whole.setdefault(word, []).append((part, nexts))
            for letters in part.firsts.open:
                if letters.startswith(head):
                    self._open.setdefault(letters, []).append(part)
        self._lengths = sorted({len(letters) for letters in self._open})

    def parts(self, token: str) -> Iterator[tuple[Part, Nexts]]:
        """Those that can begin with this word, with how the next may begin."""
        yield from self._whole.get(token, ())
        for length in self._lengths:
            for part in self._open.get(token[:length], ()):
                yield part, beginnings.ANY


class Lexicon:
    """The parts by how they begin.

    Raises:
        BrokenWordList: an entry of open beginning has no piece by which to find it.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        self._heads: dict[str, list[Part]] = {}
        self._buckets: dict[str, _Bucket] = {}
        self._pieces: dict[str, list[tuple[str, Part]]] = {}  #: by their first letters
        for part in parts:
            for head in part.begins:
                self._heads.setdefault(head, []).append(part)
            if not part.begins:
                self._file(part)

    def _file(self, part: Part) -> None:
        """A part of open beginning, under a piece that stands in its first word."""
        piece = wording.certain(part.text) if part.text else sources.compound(part.source)
        if len(piece) < _SHORT:
            reason = f"must begin with a word, or with '*' and {_SHORT} letters outside brackets"
            raise BrokenWordList(f"{part.name}.toml", repr(part.text or part.source), reason)
        self._pieces.setdefault(piece[:_SHORT], []).append((piece, part))

    def candidates(self, token: str) -> list[tuple[Part, Nexts]]:
        """The parts that may begin with a word, in the order of the lists, each with how the next may begin."""
        found: dict[Part, Nexts] = {}
        for each in spellings(token):
            for length in range(1, min(_SHORT, len(each)) + 1):
                if bucket := self._bucket(each[:length]):
                    for part, nexts in bucket.parts(each):
                        found[part] = nexts if found.get(part, nexts) == nexts else beginnings.ANY
        compound = token[:_REACH]
        for letters in {compound[place : place + _SHORT] for place in range(len(compound) - _SHORT + 1)}:
            for piece, part in self._pieces.get(letters, ()):
                if piece in compound:
                    found[part] = beginnings.ANY
        return sorted(found.items(), key=_number)

    def _bucket(self, head: str) -> _Bucket | None:
        if head in self._heads and head not in self._buckets:
            self._buckets[head] = _Bucket(head, self._heads[head])
        return self._buckets.get(head)


def _number(pair: tuple[Part, Nexts]) -> int:
    return pair[0].number


def _matched(part: Part, token: str) -> int:
    """Letters of the word that a part of one word matches, -1 for none; 0 where the part may be longer."""
    if not part.single:
        return 0
    match = part.regex.match(token)
    return match.end() if match else -1


class _Said(NamedTuple):
    """What a lexicon says of a word."""

    parts: Begun
    nexts: tuple[Nexts, ...] | None  #: how the word after may begin, part by part; None where any may follow all of them
    left: dict[str, Begun]  #: what is left of the parts, by the first letters of the word after


class Walk:
    """Asks a lexicon at every word of a text, and remembers what it said of a word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known: dict[str, _Said | Literal[False]] = {"": False}

    def __call__(self, low: str) -> list[tuple[int, Begun]]:
        """Where words stand with which parts may begin."""
        pieces = _SPACE.split(low)
        tokens = [*pieces[::2], ""]
        places = list(accumulate(map(len, pieces), initial=0))
        found: list[tuple[int, Begun]] = []
        for number, heard in enumerate(map(self._known.get, tokens)):
            if not (said := self._learn(tokens[number]) if heard is None else heard):
                continue
            parts, nexts, left = said
            if nexts is not None:
                letters = tokens[number + 1][:_NEXT]
                known = left.get(letters)
                if not (parts := _follow(said, letters) if known is None else known):
                    continue
            found.append((places[2 * number], parts))
        return found

    def _learn(self, token: str) -> _Said | Literal[False]:
        if len(self._known) >= _KEPT:
            self._known.clear()
            self._known[""] = False
        told = [(part, nexts, _matched(part, token)) for part, nexts in self._lexicon.candidates(token[:_TELLING])]
        told = [one for one in told if one[2] >= 0]
        said: _Said | Literal[False] = False
        if told:
            nexts = None if all(nexts is beginnings.ANY for _, nexts, _ in told) else tuple(nexts for _, nexts, _ in told)
            said = _Said(tuple((part, letters) for part, _, letters in told), nexts, {})
        if len(token) <= _TELLING:
            self._known[token] = said
        return said


def _follow(said: _Said, letters: str) -> Begun:
    """The parts that may go on with a word that begins with these letters; remembered."""
    each = spellings(letters)
    pairs = zip(said.parts, said.nexts or (), strict=True)
    said.left[letters] = tuple(part for part, nexts in pairs if any(one.startswith(nexts) for one in each))
    return said.left[letters]
