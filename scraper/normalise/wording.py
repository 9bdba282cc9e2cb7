"""The pattern language of the word lists: what a pattern means, how its texts may begin, and what they must contain.

The language itself is described in `scraper.normalise.words`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

_GAP = r"[\s\u00a0‐‑–-]{1,3}"
_MARKS = {
    " ": _GAP,
    "_": r"[\s\u00a0‐‑-]{0,2}",
    "*": r"[^\W_]{0,40}",
    "~": r"(?:e[mnrs]?|n|s|in|innen|nen)?",
    "…": r"\b[^.!?;\n]{0,60}?\b",
    "#": r"\d{1,3}(?:[.,]\d{1,2})?",
    "ä": "(?:ä|ae)",
    "ö": "(?:ö|oe)",
    "ü": "(?:ü|ue)",
    "ß": "(?:ß|ss)",
    "(": "(?:",
    ")": ")",
    "|": "|",
}


def translate(pattern: str) -> str:
    r"""Turn the pattern language into a regular expression.

    >>> bool(re.search(translate("home_office"), "im home-office")), bool(re.search(translate("schicht*"), "frühschicht"))
    (True, False)
    """
    body = "".join(_MARKS.get(char, re.escape(char)) for char in pattern.replace(" … ", "…"))
    tail = "" if pattern.endswith("*") else r"(?![^\W_])"
    return rf"(?<![^\W_])(?:{body}){tail}"


def literals(source: str) -> tuple[str, ...]:
    """The longest certain piece of text of each top-level alternative; () when one has none (then nothing can be skipped)."""
    inner = re.fullmatch(r"\(\?<!\[\^\\W_\]\)\(\?:(.*)\)(?:\(\?!\[\^\\W_\]\))?", source, re.DOTALL)
    pieces = [_longest(branch) for branch in _branches(inner[1] if inner else source)]
    return tuple(pieces) if all(len(piece) >= 2 for piece in pieces) else ()


def _branches(source: str) -> list[str]:
    """Split at the bars that stand outside brackets."""
    parts, depth, begun = [], 0, 0
    for place, char in _plain(source):
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            parts.append(source[begun:place])
            begun = place + 1
    return [*parts, source[begun:]]


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
    """Characters with their places; an escaped pair counts as one non-letter."""
    place = 0
    while place < len(source):
        if source[place] == "\\":
            yield place, "\\"
            place += 2
        else:
            yield place, source[place]
            place += 1


_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def required(source: str) -> list[tuple[str, ...]]:
    """Pieces of text by groups, of each of which one stands in everything that a regular expression matches.

    >>> required("(?:ab|cd)e?x{2}(?:fg)?(?:hi(?:jk|lm))")
    [('ab', 'cd'), ('hi',), ('jk', 'lm')]
    """
    source = _CLASS.sub(lambda found: found[0] if found[0][0] == "\\" else r"\s", source)
    branches = _branches(source)
    if len(branches) > 1:
        return [found] if (found := _one_of(branches)) else []
    piece = _longest(source)
    return ([(piece,)] if len(piece) > 1 else []) + [found for body in _groups(source) for found in required(body)]


def _one_of(branches: list[str]) -> tuple[str, ...]:
    """A piece of each branch; () where one has none."""
    pieces: list[str] = []
    for branch in branches:
        if not (inner := required(branch)):
            return ()
        pieces += min((len(group), group) for group in inner)[1]
    return tuple(pieces)


def _groups(source: str) -> Iterator[str]:
    """What stands in the outer brackets that may not be missing."""
    depth, begun = 0, 0
    for place, char in _plain(source):
        if char in "([":
            depth += 1
            begun = place if depth == 1 else begun
        elif char in ")]":
            depth -= 1
            if depth == 0 and source.startswith("(?:", begun) and source[place + 1 : place + 2] not in tuple("?*{"):
                yield source[begun + 3 : place]


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern that is one bracket; otherwise the pattern itself.

    >>> alternatives("(a|b(c|d))"), alternatives("(a|b) c")
    (['a', 'b(c|d)'], ['(a|b) c'])
    """
    parts, depth, begun = [], 0, 1
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if depth == 0 and place < len(pattern) - 1:
            return [pattern]
        if char == "|" and depth == 1:
            parts.append(pattern[begun:place])
            begun = place + 1
    return [*parts, pattern[begun:-1]]


def opened(pattern: str) -> list[str]:
    """The pattern without the bracket it opens with, once for each alternative in it.

    >>> opened("(a|b(c|d)) e")
    ['a e', 'b(c|d) e']
    """
    if not pattern.startswith("("):
        return [pattern]
    parts, depth, begun = [], 0, 1
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if (char == "|" and depth == 1) or (char == ")" and depth == 0):
            parts.append(pattern[begun:place])
            begun = place + 1
        if depth == 0:
            break
    rest = pattern[begun:]
    return [deeper for part in parts for deeper in opened(part + rest)]


def balanced(pattern: str) -> bool:
    """Whether every bracket is closed."""
    depth = 0
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def solid(pattern: str) -> bool:
    """Whether its form alone shows that it matches no empty text: a letter outside brackets in each alternative."""
    bare = [_outside(part) for part in alternatives(pattern)]
    return all("|" not in part and any(char.isalnum() or char in " #" for char in part) for part in bare)


def _outside(pattern: str) -> str:
    depth, kept = 0, ""
    for char in pattern:
        depth += (char == "(") - (char == ")")
        kept += char if depth == 0 and char != ")" else ""
    return kept


def certain(pattern: str) -> str:
    """The longest run of letters that stands in the first word of every text the pattern matches."""
    depth, runs = 0, [""]
    for char in pattern:
        if char in " …" and depth == 0:
            break
        depth += (char == "(") - (char == ")")
        if depth == 0 and char.isascii() and char.isalnum():
            runs[-1] += char
        else:
            runs.append("")
    return max(runs, key=len)


class Firsts(NamedTuple):
    """How a text can begin."""

    whole: Mapping[str, tuple[str, ...]]  #: its first word, with how the next may begin; "" for any or none
    open: tuple[str, ...]  #: the first letters of its first word, where more can come


#: letters so far, and what follows them: more of the pattern, the end of the word, or anything
_Heads = set[tuple[str, Literal["more", "end", "any"]]]
_SPELLINGS = {"ä": ("ä", "ae"), "ö": ("ö", "oe"), "ü": ("ü", "ue"), "ß": ("ß", "ss")}
_MOST_HEADS = 600  #: of a pattern; beyond, fewer letters must do


def beginnings(pattern: str, length: int = 3) -> frozenset[str]:
    """The first letters, at most `length`, with which a text matched by the pattern begins; empty where they are open.

    >>> sorted(beginnings("(ms|microsoft) office")), beginnings("*hotline")
    (['mic', 'ms'], frozenset())
    """
    texts = {text for text, _ in _sequence(pattern, 0, (length, 0))[0]}
    return frozenset() if "" in texts else frozenset(texts)


def firsts(pattern: str, length: int, second: int = 3) -> Firsts:
    """How a text matched by the pattern can begin, by at most `length` letters of its first word and `second` of the next.

    >>> firsts("ms office*", 6), firsts("office*", 12)
    (Firsts(whole={'ms': ('off',)}, open=()), Firsts(whole={}, open=('office',)))
    """
    heads = _sequence(pattern, 0, (length, second))[0]
    if len(heads) > _MOST_HEADS and length > 3:
        return firsts(pattern, length - 3, 0)
    whole: dict[str, set[str]] = {}
    for text, ends in heads:
        token, gap, follows = text.partition(" ")
        if gap or ends != "any":
            whole.setdefault(token, set()).add(follows)
    opened = tuple(sorted(text for text, ends in heads if ends == "any" and " " not in text))
    return Firsts({token: ("",) if "" in nexts else tuple(sorted(nexts)) for token, nexts in whole.items()}, opened)


def _sequence(pattern: str, place: int, letters: tuple[int, int]) -> tuple[_Heads, int]:
    """Beginnings of the alternatives from `place` to their closing bracket, and where that stands."""
    done: _Heads = set()
    heads: _Heads = {("", "more")}
    while place < len(pattern) and (char := pattern[place]) != ")":
        if char == "|":
            done |= heads
            heads = {("", "more")}
        elif char == "(":
            inner, place = _sequence(pattern, place + 1, letters)
            heads = _grown(heads, inner, letters)
        else:
            heads = _grown(heads, _next(pattern, place), letters)
        place += 1
    return done | heads, place


def _next(pattern: str, place: int) -> _Heads:
    char = pattern[place]
    if char.isalnum():
        return {(text, "more") for text in _SPELLINGS.get(char, (char,))}
    if char == " " and pattern[place + 1 : place + 2] != "…":
        return {(" ", "more")}
    if char == "_":  # a gap or nothing
        return {("", "more"), (" ", "more")}
    return {("", "any" if char in "*~#" else "end")}


def _grown(heads: _Heads, more: _Heads, letters: tuple[int, int]) -> _Heads:
    grown: _Heads = {head for head in heads if head[1] != "more"}
    for text, _ in heads - grown:
        grown |= {_cut(text + add, ends, letters) for add, ends in more}
    return grown


def _cut(text: str, ends: Literal["more", "end", "any"], letters: tuple[int, int]) -> tuple[str, Literal["more", "end", "any"]]:
    first, gap, second = text.partition(" ")
    if len(first) >= letters[0]:
        return first[: letters[0]], "any"
    if gap and (len(second) >= letters[1] or " " in second):
        return f"{first} {second.split(' ')[0][: letters[1]]}" if letters[1] else first, "end"
    return text, ends
