"""The wordings around an entry's hit under which it does not count ("keine …", "… nicht möglich").

Nearly no hit has one: before a pattern is tried, the word beside the hit is held against the words that could stand there.
"""

import re

from scraper.normalise import beginnings, wording

_BESIDE = 40  #: characters before and behind a hit in which a veto may stand
_SIGNS = " \n\t-–—‐,.:;!?()[]\"'„“”»«/\\|*_#&+•·>"  #: signs that may stand between a veto and a hit
_LETTERS = 4  #: by which the word behind a hit is compared
_DIGITS = "0123456789"


class Guard:
    """Some vetoes, each with "…" for the hit.

    >>> Guard(("keine …", "… frei")).bars("keine reklamation", 6, 17), Guard(("keine …",)).bars("eine reklamation", 5, 16)
    (True, False)
    """

    def __init__(self, vetoes: tuple[str, ...]) -> None:
        sides = [tuple(part.strip() for part in veto.split("…")) for veto in vetoes]
        fronts = [before for before, after in sides if not after]
        behinds = [after for before, after in sides if not before]
        self._front = _either([before_pattern(text) for text in fronts])
        self._behind = _either([after_pattern(text) for text in behinds])
        self._last = _last_words(fronts)
        self._next = _next_letters(behinds)
        self._pairs = [
            (re.compile(before_pattern(before)), re.compile(after_pattern(after))) for before, after in sides if before and after
        ]

    def bars(self, low: str, start: int, end: int) -> bool:
        """Whether one of them stands around the hit at `start`–`end`."""
        if self._front:
            near = low[max(0, start - _BESIDE) : start]
            if _may(near.rstrip(_SIGNS), self._last, -1) and self._front.search(near):
                return True
        if self._behind:
            near = low[end : end + _BESIDE]
            if _may(near.lstrip(_SIGNS), self._next, 0) and self._behind.match(near):
                return True
        return any(
            behind.match(low[end : end + _BESIDE]) and front.search(low[max(0, start - _BESIDE) : start])
            for front, behind in self._pairs
        )


def before_pattern(text: str) -> str:
    """What a wording before a hit matches, up to the hit."""
    return rf"{wording.translate(text)}[\s\W]{{0,3}}$"


def after_pattern(text: str) -> str:
    """What a wording behind a hit matches, from the hit on."""
    return rf"[\s\W]{{0,3}}{wording.translate(text)}"


def _either(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None


def _may(near: str, words: tuple[str, ...], edge: int) -> bool:
    """Whether one of the words can stand at that edge; a sign there that is none of ours leaves it open."""
    if not near or "" in words or not near[edge].isalnum():
        return bool(near)
    return near.endswith(words) if edge else near.startswith(words)


def _last_words(fronts: list[str]) -> tuple[str, ...]:
    """The last words of wordings; "" among them where one may end in any."""
    words: set[str] = set()
    for text in (each for front in fronts for each in wording.opened(front)):
        word = text.replace("_", " ").split(" ")[-1]
        words.update(_spelled(word) if word.isalpha() else ("",))
    return tuple(sorted(words))


def _spelled(word: str) -> tuple[str, ...]:
    """A word with its umlauts, and with two letters for each."""
    plain = word
    for umlaut, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(umlaut, pair)
    return (word,) if plain == word or not word.isalpha() else ("",) if sum(c in "äöüß" for c in word) > 1 else (word, plain)


def _next_letters(behinds: list[str]) -> tuple[str, ...]:
    """The first letters of wordings; "" among them where one may begin with any."""
    found: set[str] = set()
    for text in behinds:
        heads = beginnings.beginnings(text, _LETTERS) or {""}
        found.update(digits for head in heads for digits in (_DIGITS if head.startswith("#") else (head,)))
    return tuple(sorted(found))
