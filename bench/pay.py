"""Speed of the pay reader beside a naive one: ads a second, in one interleaved run, and growth on hostile texts.

    python -m bench.pay            # 2,000 ads of 3,400 characters
    python -m bench.pay --smoke    # 200

The naive reader is what a first attempt looks like: one regular expression with `re`, every match in the text converted. It says
nothing of unit, bound or role, and claims pay wherever an amount stands; its false claims are printed beside its speed.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench import hostile
from scraper.normalise.pay import find

SIZE = 3_400
_NUMBER = r"(\d{1,3}(?:[. ]\d{3})*(?:,\d{1,2})?|\d+(?:,\d{1,2})?)"
_NAIVE = re.compile(
    rf"(?:ab|bis zu|von|zwischen|mind\.|mindestens|ca\.)?\s*(?:€|EUR|Euro)?\s*{_NUMBER}\s*(?:€|EUR|Euro)?\s*(?:-|–|bis|und)?\s*"
    rf"{_NUMBER}?\s*(?:€|EUR|Euro)\s*(?:brutto|netto)?\s*(?:/|pro|im|je|p\.)?\s*(Stunde|Std|h|Monat|mtl|Jahr|a\.)?",
    re.IGNORECASE,
)
_PROSE = (
    "Bei uns arbeiten Menschen aus vielen Ländern zusammen, und jede Stimme zählt.",
    "Du nimmst Anrufe an, klärst Fragen zu Verträgen und Rechnungen und findest für jedes Anliegen eine Lösung.",
    "Unsere Kundinnen und Kunden sollen zufrieden auflegen, und wir unterstützen dich dabei mit kurzen Wegen.",
    "Eine abgeschlossene Ausbildung ist gut, Freude am Gespräch ist besser.",
    "Sicherer Umgang mit den üblichen Programmen und eine schnelle Auffassungsgabe bringst du mit.",
    "Wir bieten eine attraktive Vergütung, flexible Arbeitszeiten und eine betriebliche Altersvorsorge.",
    "Arbeiten zwischen 8 und 18 Uhr, 30 Tage Urlaub und eine bezahlte Einarbeitung gehören dazu.",
    "Das Büro liegt fünf Minuten vom Bahnhof, die Kantine kocht jeden Tag frisch.",
)
_BENEFITS = ("50 € Sachbezug im Monat", "Prämie von 1.000 Euro für jede Empfehlung", "Zuschuss von 26,59 € zu VWL")
_PAY = ("Gehalt: 2.450 – 2.700 € brutto/Monat", "15,60 € pro Stunde", "Jahresgehalt ab 33.000 € brutto")
#: (share of the ads, what stands among the prose): most ads name no amount at all, some only benefits, one in eight pay
MIX = ((0.70, ()), (0.18, _BENEFITS), (0.12, _PAY))


@dataclass(frozen=True, slots=True)
class Row:
    """What one reader did; `claims` counts ads it found pay in, `false` those of them that state none."""

    name: str
    ads_per_second: float
    claims: int
    false: int


def ads(number: int, seed: int = 1) -> list[tuple[str, bool]]:
    """Made-up ads of `SIZE` characters, and whether each states pay."""
    rng = random.Random(seed)
    made: list[tuple[str, bool]] = []
    for _ in range(number):
        planted = rng.choices([lines for _, lines in MIX], [share for share, _ in MIX])[0]
        lines = [rng.choice(_PROSE) for _ in range(60)]
        if planted:
            lines.insert(rng.randrange(8, 24), rng.choice(planted))
        made.append(("\n".join(lines)[:SIZE], planted is _PAY))
    return made


def naive(text: str) -> list[tuple[float, ...]]:
    """Every match of one expression, converted."""
    return [tuple(_number(one) for one in match.group(1, 2) if one) for match in _NAIVE.finditer(text)]


def _number(text: str) -> float:
    return float(text.replace(".", "").replace(" ", "").replace(",", "."))


def compare(number: int, rounds: int = 5) -> list[Row]:
    """Both readers over the same ads, taking turns; each one's best round counts. CPU seconds of this process."""
    made = ads(number)
    readers: dict[str, Callable[[str], Sequence[object]]] = {"pay.find": find, "naive": naive}
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(rounds):
        for name, read in readers.items():
            started = time.process_time()
            for text, _ in made:
                read(text)
            best[name] = min(best[name], time.process_time() - started)
    rows = []
    for name, read in readers.items():
        claimed = [states for text, states in made if read(text)]
        rows.append(Row(name, number / best[name], len(claimed), claimed.count(False)))
    return rows


def growth(sizes: Sequence[int] = (250_000, 1_000_000)) -> dict[str, list[float]]:
    """CPU seconds on hostile texts of the sizes given, in characters."""
    return {kind: [_seconds(hostile.text(kind, size)) for size in sizes] for kind in hostile.KINDS}


def _seconds(text: str) -> float:
    started = time.process_time()
    find(text)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="200 ads, hostile texts up to 100,000 characters")
    smoke = parser.parse_args().smoke
    rows = compare(200 if smoke else 2_000)
    for row in rows:
        print(f"{row.name:10} {row.ads_per_second:10,.0f} ads/s   claims {row.claims}, of them false {row.false}")
    print(f"ratio {rows[0].ads_per_second / rows[1].ads_per_second:.2f}")
    sizes = (25_000, 100_000) if smoke else (250_000, 1_000_000)
    for name, seconds in growth(sizes).items():
        print(f"{name:20} " + "  ".join(f"{size:,}: {took:.2f} s" for size, took in zip(sizes, seconds, strict=True)))


if __name__ == "__main__":
    main()
