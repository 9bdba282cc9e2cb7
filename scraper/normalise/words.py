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
without groups that capture.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scraper.errors import ScraperError

FOLDER = Path(__file__).with_name("words")
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
_KEYS = {"pattern", "regex", "value", "not", "seen", "note"}


class BrokenWordList(ScraperError):  # noqa: N818 - the error tree names states, not Errors
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
    pattern: str


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
    """Yield the hits of list `name` in folded text, entry by entry (not in order of place).

    >>> [hit.value for hit in find("shift", "arbeit im schichtdienst")]
    ['shift']
    """
    stop = len(low) if end is None else end
    for word in load(name):
        if word.literals and not any(literal in low for literal in word.literals):
            continue
        for match in word.regex.finditer(low, start, stop):
            if counts(word, low, match.start(), match.end()):
                yield Hit(word.value, match.start(), match.end(), word)


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
        source = entry["regex"] if "regex" in entry else translate(entry["pattern"])
        regex = re.compile(source)
        pairs = tuple(_veto(veto) for veto in vetoes)
    except (re.error, TypeError) as error:
        raise BrokenWordList(file, name, f"not a usable pattern: {error}") from error
    if regex.groups or regex.match(""):
        raise BrokenWordList(file, name, "a pattern may not capture, nor match an empty text")
    return Word(entry["value"], regex, _literals(source), pairs, entry["seen"], entry.get("pattern", source))


def translate(pattern: str) -> str:
    r"""Turn the pattern language into a regular expression.

    >>> bool(re.search(translate("home_office"), "im home-office")), bool(re.search(translate("schicht*"), "frühschicht"))
    (True, False)
    """
    body = "".join(_MARKS.get(char, re.escape(char)) for char in pattern.replace(" … ", "…"))
    tail = "" if pattern.endswith("*") else r"(?![^\W_])"
    return rf"(?<![^\W_])(?:{body}){tail}"


def _veto(text: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before and after, each to be matched in the 40 characters beside the hit."""
    before, after = (part.strip() for part in text.split("…"))
    return (
        re.compile(rf"{translate(before)}[\s\W]{{0,3}}$" if before else ""),
        re.compile(rf"[\s\W]{{0,3}}{translate(after)}" if after else ""),
    )


def _stands(veto: tuple[re.Pattern[str], re.Pattern[str]], low: str, start: int, end: int) -> bool:
    return bool(veto[0].search(low[max(0, start - 40) : start])) and bool(veto[1].match(low[end : end + 40]))


def _literals(source: str) -> tuple[str, ...]:
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
