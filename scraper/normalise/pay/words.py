"""The word lists of `scraper/normalise/words/pay_*.toml`, compiled once."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent / "words"


@cache
def lists(name: str) -> dict[str, Any]:
    """A word file as it stands: section → class → words."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def source(words: Iterable[str]) -> str:
    """A regular expression for lower-case text, "*" for letters; shared beginnings are tried once, longer words first."""
    whole = _tree(word for word in words if not word.startswith("*"))
    parts = [rf"(?<![a-zäöüß0-9])(?:{whole})"] if whole else []
    return "|".join([*parts, *filter(None, [_tree(word for word in words if word.startswith("*"))])])


_Tree = dict[str, Any]  # piece of a pattern → what may follow it; "" where a word ends


def _tree(words: Iterable[str]) -> str:
    root: _Tree = {}
    for word in words:
        node = root
        for char in word.strip("*"):
            node = node.setdefault({" ": r"\s", "*": "[a-zäöüß]{0,20}"}.get(char, re.escape(char)), {})
        node.setdefault("" if word.endswith("*") else r"(?![a-zäöüß0-9])", {})
    return _written(root)


def _written(node: _Tree) -> str:
    ends = ("", r"(?![a-zäöüß0-9])")
    options = [piece + _grouped(after) for piece, after in node.items() if piece not in ends]
    return "|".join([*options, *(end for end in reversed(ends) if end in node)])


def _grouped(node: _Tree) -> str:
    inner = _written(node)
    return inner if len(node) < 2 else f"(?:{inner})"


@cache
def stems(name: str, section: str) -> tuple[str, ...]:
    """Literal pieces, one in every entry: a text without any of them holds no word of the section."""
    words = {max(word.split("*"), key=len) for entries in lists(name)[section].values() for word in entries}
    return shortest(words)


def shortest(words: Iterable[str]) -> tuple[str, ...]:
    """Without those that hold another of them."""
    known = set(words)
    return tuple(sorted(word for word in known if not any(other in word for other in known - {word})))


@cache
def pattern(name: str, section: str, *classes: str) -> re.Pattern[str]:
    """One pattern for the named classes of a section (all, if none is named); the class is the match's `lastgroup`."""
    chosen = {key: words for key, words in lists(name)[section].items() if not classes or key in classes}
    return re.compile("|".join(f"(?P<{key}>{source(words)})" for key, words in chosen.items()))
