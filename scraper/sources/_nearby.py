"""Which items of a country-wide listing are worth a look, where a site cannot filter by place or does so badly.

Keys of such a block: `places`, further words that name the area beside the profile's town (districts, neighbours), or the first
digits of postcodes. Whether an ad is in town is decided later, from the ad itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from scraper.model import Options

_PAIRS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def words(options: Options, settings: Mapping[str, Any]) -> list[str]:
    """What to look for: the town and the words of the block."""
    return [word for word in (options.place, *settings["places"]) if word.strip()]


def near(wanted: list[str], *told: str | None) -> bool:
    """Whether a place names one of the words; a place that is not told, or no word at all, decides nothing.

    >>> near(["Duisburg", "47"], "47057 DUISBURG"), near(["Duisburg"], "Düsseldorf"), near(["Duisburg"], None)
    (True, False, True)
    >>> near(["Mülheim an der Ruhr"], "Muelheim an der Ruhr"), near(["47"], "10147 Berlin")
    (True, False)
    """
    text = " ".join(part for part in told if part).casefold().translate(_PAIRS)
    if not text.strip() or not wanted:
        return True
    return any(_pattern(word).search(text) for word in wanted)


def _pattern(word: str) -> re.Pattern[str]:
    plain = re.escape(word.casefold().translate(_PAIRS).strip())
    return re.compile(
        rf"(?<!\d){plain}\d{{{5 - len(word.strip())}}}(?!\d)" if word.strip().isdigit() else rf"(?<!\w){plain}(?!\w)"
    )
