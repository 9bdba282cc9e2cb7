"""Speed of the readers and of all of `normalise`: ads of 3,000 characters a second on one core, and the time before the first.

    python -m bench.normalise            # 400 ads, best of 5 rounds
    python -m bench.normalise --smoke    # 60 ads, best of 2

Ads share many of their sentences, of which the readers remember what they say: the rows marked "new" read ads in which every
sentence has a word that no ad had before, so that nothing remembered helps.

The baseline is a bare scan: every word of the ad found with one regular expression, and nothing made of it. How many scans a
reader costs says more than ads a second, as both meet the same machine in the same minute.
"""

import argparse
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, cycle, islice
from re import compile as pattern

from sandbox.market import Market
from scraper.model import RawPlace, RawPosting
from scraper.normalise import contacts, facets, pay, words
from scraper.normalise.ad import Ad
from scraper.normalise.posting import normalise
from scraper.profile import Profile, Scope, Town

SIZE = 3_000
_WORD = pattern(r"\w+")
_LETTERS = "bdfgklmnrt"
NEW = ("facets", "whole")  #: readers that remember sentences
_SEEN_AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """What one reader did."""

    name: str
    ads_per_second: float
    scans: float  #: bare scans that take as long


def profile() -> Profile:
    """The shipped town and trade."""
    data = tomllib.loads((words.FOLDER / "town_duisburg.toml").read_text("utf-8"))
    districts = {name: tuple(more) for name, more in data["districts"].items()}
    postcodes = tuple((low, high) for low, high in data["postcodes"])
    return Profile(Town(data["name"], postcodes, districts, tuple(data["aliases"])), Scope())


def ads(number: int, seed: int = 1) -> list[tuple[str, str]]:
    """Title and text of made-up ads, each text filled up to `SIZE` characters with those of the next ads."""
    market = Market(seed, 6)
    states = list({state.text: state for week in range(6) for state in market.week(week)}.values())
    made = []
    for begin, state in enumerate(islice(cycle(states), number)):
        text = "\n".join(other.text for other in islice(cycle(states), begin, begin + 12))
        made.append((state.title, f"{text[: SIZE - 8]} {begin:06d}."))
    return made


def renewed(text: str, number: int) -> str:
    """The text with a word of its own in every sentence."""
    own = "".join(_LETTERS[int(digit)] for digit in str(number))
    return text.replace("\n", f" {own}oq\n").replace(". ", f" {own}oq. ")


def readers(town: Profile) -> dict[str, Callable[[str, str], object]]:
    """What is measured: each takes title and text."""
    return {
        "bare scan": lambda _title, text: [match.start() for match in _WORD.finditer(text)],
        "contacts": lambda _title, text: contacts.remove(text),
        "pay": lambda _title, text: pay.find(text),
        "facets": lambda title, text: facets.read(Ad(title, "Rheinruf GmbH", "", "Duisburg", text), town.town),
        "whole": partial(_whole, town),
    }


def _whole(town: Profile, title: str, text: str) -> object:
    raw = RawPosting(
        "bench",
        "1",
        "https://ads.example/1",
        title,
        employer="Rheinruf GmbH",
        places=(RawPlace(text="Duisburg"),),
        description=text,
    )
    return normalise(raw, _SEEN_AT, town)


def first_ad() -> float:
    """CPU seconds of this process from nothing loaded to the first ad read; only the first call tells."""
    started = time.process_time()
    _whole(profile(), "Kundenberater (m/w/d)", "Wir bieten 2.500 € brutto im Monat, Vollzeit, Englisch von Vorteil.")
    return time.process_time() - started


def compare(number: int, rounds: int) -> list[Row]:
    """All readers over the same ads, taking turns; each one's best round counts, none meets an ad remembered from before."""
    made, measured = ads(number), readers(profile())
    best = _best(measured, made, rounds, lambda text, own: f"{text}{own}")
    new = _best({name: measured[name] for name in NEW}, made, rounds, renewed)
    best |= {f"{name}, new": took for name, took in new.items()}
    return [Row(name, number / took, took / best["bare scan"]) for name, took in best.items()]


def _best(
    measured: dict[str, Callable[[str, str], object]],
    made: list[tuple[str, str]],
    rounds: int,
    changed: Callable[[str, int], str],
) -> dict[str, float]:
    """Seconds of each reader's best round over the ads, each changed by a number that comes but once."""
    best = dict.fromkeys(measured, float("inf"))
    own = count(10_000)
    for _ in range(rounds):
        for name, read in measured.items():
            fresh = [(title, changed(text, next(own))) for title, text in made]
            started = time.process_time()
            for title, text in fresh:
                read(title, text)
            best[name] = min(best[name], time.process_time() - started)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="60 ads, best of 2 rounds")
    smoke = parser.parse_args().smoke
    print(f"first ad     {first_ad():10.2f} s")
    for row in compare(60 if smoke else 400, 2 if smoke else 5):
        print(f"{row.name:12} {row.ads_per_second:10,.0f} ads/s {row.scans:8.1f} scans")


if __name__ == "__main__":
    main()
