"""The pattern language of the word lists: what a pattern means, how its texts may begin, and what they must contain.

The language itself is described in `scraper.normalise.words`.
"""

import re
from collections.abc import Iterator

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


Heads = set[tuple[str, bool]]  #: letters so far, and whether nothing more can be said
_SPELLINGS = {"ä": ("ä", "ae"), "ö": ("ö", "oe"), "ü": ("ü", "ue"), "ß": ("ß", "ss")}


def beginnings(pattern: str, length: int = 3) -> frozenset[str]:
    """The first letters, at most `length`, with which a text matched by the pattern begins; empty where they are open.

    >>> sorted(beginnings("(ms|microsoft) office")), beginnings("*hotline")
    (['mic', 'ms'], frozenset())
    """
    texts = {text for text, _ in _sequence(pattern, 0, length)[0]}
    return frozenset() if "" in texts else frozenset(texts)


def _sequence(pattern: str, place: int, length: int) -> tuple[Heads, int]:
    """Beginnings of the alternatives from `place` to their closing bracket, and where that stands."""
    done: Heads = set()
    heads: Heads = {("", False)}
    while place < len(pattern) and pattern[place] != ")":
        char = pattern[place]
        if char == "|":
            done |= heads
            heads = {("", False)}
        elif char == "(":
            inner, place = _sequence(pattern, place + 1, length)
            heads = _grown(heads, inner, length)
        elif char.isalnum():
            heads = _grown(heads, {(text, False) for text in _SPELLINGS.get(char, (char,))}, length)
        else:
            heads = _grown(heads, {("", True)}, length)
        place += 1
    return done | heads, place


def _grown(heads: Heads, more: Heads, length: int) -> Heads:
    grown: Heads = {head for head in heads if head[1]}
    for text, _ in heads - grown:
        grown |= {((text + add)[:length], ended or len(text + add) >= length) for add, ended in more}
    return grown
