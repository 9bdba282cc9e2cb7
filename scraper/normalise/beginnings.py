"""How the texts that a pattern or a regular expression matches can begin: by the letters of their first two words.

So a wording is only tried where a word stands with which it can begin. The answer may name beginnings that never occur; it never
misses one. ``#`` stands for any digit; where it stands, other digits are written so too.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

#: letters so far, and what follows them: more of the pattern, the end of the word, or anything
Heads = set[tuple[str, Literal["more", "end", "any"]]]
_NOTHING: Heads = {("", "more")}
_GAP: Heads = {(" ", "more")}
_ANY: Heads = {("", "any")}
_SPELLINGS = {
    **{"ä": ("ä", "ae"), "ö": ("ö", "oe"), "ü": ("ü", "ue"), "ß": ("ß", "ss"), "_": ("", " ")},
    **{"~": ("", "e", "em", "en", "er", "es", "n", "s", "in", "innen", "nen"), "#": ("#", "##", "###", "# #", "## #", "### #")},
}
_MOST_HEADS = 2_000  #: of a pattern; beyond, fewer letters must do
#: stands in front of a regular expression whose matches begin with a word
WORD_BEGINS = r"(?<![^\W_])"
_PLAIN = re.compile(r"[a-z]+\Z")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEATED = re.compile(r"(?P<sign>[?*+]|\{(?P<least>\d*)(?:,(?P<most>\d*))?\})\??")


ANY = ("",)  #: any word, or none


class Firsts(NamedTuple):
    """How a text can begin."""

    whole: Mapping[str, tuple[str, ...]]  #: its first word, with how the next may begin; "" for any or none
    open: tuple[str, ...]  #: the first letters of its first word, where more can come


def beginnings(pattern: str, length: int = 3, *, regex: bool = False) -> frozenset[str]:
    """The first letters, at most `length`, with which a text matched begins; empty where they are open, or no word begins there.

    >>> sorted(beginnings("(ms|microsoft) office")), beginnings("*hotline")
    (['mic', 'ms'], frozenset())
    >>> sorted(beginnings(r"(?<![^\\W_])(?:zu )?hause[nt]?", regex=True)), beginnings("hause", regex=True)
    (['hau', 'zu'], frozenset())
    """
    if not regex and len(pattern) >= length and _PLAIN.match(pattern, 0, length):
        return frozenset({pattern[:length]})
    texts = {masked(text.partition(" ")[0]) for text, _ in _heads(pattern, (length, 0), regex=regex)}
    return frozenset() if "" in texts else frozenset(texts)


def firsts(pattern: str, length: int, second: int = 3, *, regex: bool = False) -> Firsts:
    """How a text matched can begin, by at most `length` letters of its first word and `second` of the next.

    >>> firsts("ms office*", 6), firsts("office*", 12)
    (Firsts(whole={'ms': ('off',)}, open=()), Firsts(whole={}, open=('office',)))
    """
    heads = _heads(pattern, (length, second), regex=regex)
    if len(heads) > _MOST_HEADS and length > 3:
        return firsts(pattern, length - 3, 0, regex=regex)
    whole: dict[str, set[str]] = {}
    for text, ends in heads:
        token, gap, follows = text.partition(" ")
        if gap or ends != "any":
            whole.setdefault(masked(token), set()).add(masked(follows))
    opened = tuple(sorted(masked(text) for text, ends in heads if ends == "any" and " " not in text))
    return Firsts({token: ANY if "" in nexts else tuple(sorted(nexts)) for token, nexts in whole.items()}, opened)


def masked(text: str, *, all_digits: bool = False) -> str:
    """The text with ``#`` for every digit, if any digit may stand in it."""
    return re.sub(r"\d", "#", text) if all_digits or "#" in text else text


def _heads(pattern: str, letters: tuple[int, int], *, regex: bool) -> Heads:
    if not regex:
        return _sequence(pattern, 0, letters)[0]
    return _branches(pattern, 0, letters)[0] if pattern.startswith(WORD_BEGINS) else _ANY


def _sequence(pattern: str, place: int, letters: tuple[int, int]) -> tuple[Heads, int]:
    """Beginnings of a pattern's alternatives from `place` to their closing bracket, and where that stands."""
    done: Heads = set()
    heads = _NOTHING
    while place < len(pattern) and (char := pattern[place]) != ")":
        if char == "|":
            done |= heads
            heads = _NOTHING
        elif char == "(":
            inner, place = _sequence(pattern, place + 1, letters)
            heads = _grown(heads, inner, letters)
        else:
            heads = _grown(heads, _next(pattern, place), letters)
        place += 1
    return done | heads, place


def _next(pattern: str, place: int) -> Heads:
    char = pattern[place]
    if char.isalnum() or char in _SPELLINGS:
        return {(text, "more") for text in _SPELLINGS.get(char, (char,))}
    if char in "*…" or pattern[place + 1 : place + 2] == "…":
        return {("", "any" if char == "*" else "end")}
    return _GAP


def _branches(source: str, place: int, letters: tuple[int, int]) -> tuple[Heads, int]:
    """The same of a regular expression."""
    done: Heads = set()
    heads = _NOTHING
    while place < len(source) and source[place] != ")":
        if source[place] == "|":
            done |= heads
            heads, place = _NOTHING, place + 1
            continue
        atom, place = _atom(source, place, letters)
        if repeated := _REPEATED.match(source, place):
            atom, place = _often(atom, repeated, letters), repeated.end()
        heads = _grown(heads, atom, letters)
    return done | heads, place


def _atom(source: str, place: int, letters: tuple[int, int]) -> tuple[Heads, int]:
    """What can begin with the group, class or character at a place, and where the next begins; looking around says nothing,
    but for a look ahead at the very end.
    """
    char = source[place]
    if char == "(":
        inner, end = _branches(source, place + (4 if source[place + 2] == "<" else 3), letters)
        counts = source.startswith("(?:", place) or (source.startswith("(?=", place) and end == len(source) - 1)
        return (inner if counts else _NOTHING), end + 1
    if char == "[" and (found := _CLASS.match(source, place)):
        return _of_class(found[0][1:-1]), found.end()
    if char == "\\":
        return _escaped(source[place + 1]), place + 2
    if char in "^$":
        return _NOTHING, place + 1
    return (_ANY if char == "." else _signs(" " if char == "#" else char)), place + 1


def _of_class(body: str) -> Heads:
    if body.startswith("^") or "\\" in body or re.search(r"[a-zäöü]-[a-zäöü]", body):
        return _ANY
    return _signs(re.sub(r"\d-\d", "#", body))


def _escaped(letter: str) -> Heads:
    if letter in "bB":
        return _NOTHING
    return _signs("#") if letter == "d" else _ANY if letter in "wSD" else _GAP


def _signs(chars: Iterable[str]) -> Heads:
    return {(char if char.isalnum() or char == "#" else " ", "more") for char in chars}


def _often(atom: Heads, repeated: re.Match[str], letters: tuple[int, int]) -> Heads:
    """An atom that may be missing, or come again."""
    missing = _NOTHING if repeated["sign"] in "?*" or repeated["least"] == "0" else set()
    if repeated["sign"] == "?" or repeated["most"] == "1" or atom == _GAP:
        return atom | missing
    if repeated["most"] in ("2", "3"):
        twice = _grown(atom, atom, letters)
        return atom | twice | (_grown(twice, atom, letters) if repeated["most"] == "3" else set()) | missing
    return atom | _grown(atom, _ANY, letters) | missing


def _grown(heads: Heads, more: Heads, letters: tuple[int, int]) -> Heads:
    grown: Heads = {head for head in heads if head[1] != "more"}
    for text, _ in heads - grown:
        grown |= {_cut(text + (add.lstrip(" ") if text.endswith(" ") else add), ends, letters) for add, ends in more}
    return grown


def _cut(text: str, ends: Literal["more", "end", "any"], letters: tuple[int, int]) -> tuple[str, Literal["more", "end", "any"]]:
    first, gap, second = text.partition(" ")
    if len(first) >= letters[0]:
        return first[: letters[0]], "any"
    if gap and (len(second) >= letters[1] or " " in second):
        return f"{first} {second.split(' ')[0][: letters[1]]}" if letters[1] else first, "end"
    return text, ends
