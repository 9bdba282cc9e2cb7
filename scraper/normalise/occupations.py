"""What an occupation's name says about an ad's scope."""

import re
from functools import cache
from typing import Literal

from scraper.normalise import words

Verdict = Literal["in", "out", "open"]
_VERDICTS: dict[str, Verdict] = {"in": "in", "out": "out", "open": "open"}
_SIGNS = re.compile(r"[\W_]+")


def verdict(occupation: str) -> Verdict | None:
    """Whether ads of this occupation serve customers; None where the list does not know it.

    >>> verdict("Call-Center-Agent/in"), verdict("Kaufmann/-frau - Büromanagement"), verdict("Astronaut/in")
    ('in', 'open', None)
    """
    return _names().get(_SIGNS.sub(" ", words.fold(occupation)).strip())


@cache
def _names() -> dict[str, Verdict]:
    return {_SIGNS.sub(" ", words.fold(word.seen)).strip(): _VERDICTS[word.value] for word in words.load("occupations")}
