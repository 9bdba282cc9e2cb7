"""Scope of a profile about any other trade: by words of the title or occupation, as config.toml lists them."""

import re

from scraper.normalise.text import clean
from scraper.profile import Scope


def in_scope(title: str, occupation: str, scope: Scope) -> bool:
    """Whether title or occupation has a wanted word and none that is ruled out; words match from their beginning, in any case.

    >>> scope = Scope("titles", include=("pflege",), exclude=("Pflegeversicherung",))
    >>> in_scope("Pflegefachkraft (m/w/d)", "", scope), in_scope("Berater Pflegeversicherung", "", scope)
    (True, False)
    """
    said = clean(f"{title}\n{occupation}").casefold()

    def has(words: tuple[str, ...]) -> bool:
        return any(re.search(rf"(?<!\w){re.escape(word.casefold())}", said) for word in words if word.strip())

    return has(scope.include) and not has(scope.exclude)
