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
    """A regular expression for lower-case text; the longest entry first, "*" for letters."""
    return "|".join(_entry(word) for word in sorted(words, key=len, reverse=True))


def _entry(word: str) -> str:
    body = word.strip("*")
    start = "" if word.startswith("*") else r"(?<![a-zäöüß0-9])"
    end = "" if word.endswith("*") else r"(?![a-zäöüß0-9])"
    return start + r"[a-zäöüß]{0,20}".join(re.escape(piece).replace(r"\ ", r"\s") for piece in body.split("*")) + end


@cache
def pattern(name: str, section: str, *classes: str) -> re.Pattern[str]:
    """One pattern for the named classes of a section (all, if none is named); the class is the match's `lastgroup`."""
    chosen = {key: words for key, words in lists(name)[section].items() if not classes or key in classes}
    return re.compile("|".join(f"(?P<{key}>{source(words)})" for key, words in chosen.items()))
