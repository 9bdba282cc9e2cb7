"""Grouping at scale: a made-up market with planted copies, its precision and recall, speed and memory.

    python -m bench.vacancies --ads 10000            # smoke; 100000, 1000000 for the curve
    python -m bench.vacancies --ads 20000 --datasketch   # the same texts through MinHash LSH, where datasketch is installed

12 % of the ads are light edits of an earlier one (another source, items moved, words changed, text re-wrapped or cut), 3 % are
the same text in another town (not the same opening), and every employer has several openings with a shared introduction.
"""

import argparse
import importlib
import importlib.util
import random
import resource
import tempfile
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, select

from storage import vacancies
from storage.tables import metadata, posting, run, source, vacancy_member

AT = datetime(2026, 11, 22, tzinfo=UTC)
START = date(2026, 8, 1)
TOWNS = ("Duisburg", "Essen", "Krefeld", "Moers", "Oberhausen", "Dinslaken", "Wesel", "Düsseldorf", "Bochum", "Dortmund")
SOURCES = ("one", "two", "three")
_CONSONANTS, _VOWELS = "bdfgklmnprstvwz", "aeiou"
_STOCK = (
    "Wir bieten einen unbefristeten Vertrag und ein freundliches Team.",
    "Bezahlte Einarbeitung mit festem Paten.",
    "Zuschuss zum Deutschlandticket und zur Altersvorsorge.",
    "Sehr gutes Deutsch in Wort und Schrift.",
    "Sicherer Umgang mit den üblichen Programmen.",
    "Freude am Gespräch, auch wenn es einmal lauter wird.",
)
_FIXED = {
    "in_town": True, "in_scope": True, "level": "unknown", "career_changers": False, "shift": False, "raw": "{}",
    "parser_version": "1", "first_seen_at": AT, "last_seen_at": AT, "updated_at": AT,
}  # fmt: skip


def _made(rng: random.Random) -> str:
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 4))) + rng.choice("lnrst")


_WORDS = tuple(_made(random.Random(f"word {number}")) for number in range(30_000))  # a language has only so many


def word(rng: random.Random) -> str:
    return rng.choice(_WORDS)


def sentence(rng: random.Random) -> str:
    return " ".join(word(rng) for _ in range(rng.randint(6, 14))).capitalize() + "."


def opening(number: int) -> dict[str, Any]:
    """One true opening, always the same for its number; four openings share an employer and its introduction."""
    house, rng = random.Random(f"house {number // 4}"), random.Random(f"opening {number}")
    name = word(house).capitalize() + word(house)
    intro = [sentence(house) for _ in range(4)]
    body = [sentence(rng) for _ in range(18)]
    pay = rng.randrange(2300, 4200, 10)
    return {
        "title": f"{word(rng).capitalize()}berater (m/w/d)",
        "employer": f"{name.capitalize()} GmbH",
        "place_text": house.choice(TOWNS),
        "posted_on": START + timedelta(days=rng.randrange(90)),
        "lines": [*intro, *body, *rng.sample(_STOCK, 4)],
        "pay_quote": f"{pay} €",
    }


def edited(ad: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A light edit of an opening's ad."""
    lines = list(ad["lines"])
    place = rng.randrange(4, len(lines) - 1)
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    for _ in range(2):
        at = rng.randrange(len(lines))
        words = lines[at].split()
        words[rng.randrange(len(words))] = word(rng)
        lines[at] = " ".join(words)
    if rng.random() < 0.3:
        lines = lines[: len(lines) * 2 // 3]
    return {**ad, "lines": lines, "posted_on": ad["posted_on"] + timedelta(days=rng.randrange(30)), "wrapped": rng.random() < 0.5}


def market(size: int) -> Iterator[dict[str, Any]]:
    """`size` ads; `source_id` tells the true opening."""
    rng = random.Random(size)
    made = 0
    for number in range(size):
        draw = rng.random()
        if made > 10 and draw < 0.12:
            truth = rng.randrange(made)
            ad = edited(opening(truth), rng)
        elif made > 10 and draw < 0.15:
            base = opening(rng.randrange(made))
            other = rng.choice([town for town in TOWNS if town != base["place_text"]])
            truth, ad = size + number, {**base, "place_text": other}
        else:
            truth, ad = made, opening(made)
            made += 1
        text = "\n".join(ad.pop("lines"))
        text = textwrap.fill(text, 76) if ad.pop("wrapped", False) else text
        yield {
            **_FIXED,
            **ad,
            "source": SOURCES[number % 3],
            "source_id": f"{truth}:{number}",
            "url": f"https://example.org/{number}",
            "description": text,
            "content_hash": str(number),
        }


def database(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda raw, _: raw.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"))
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(run).values(id="r", command="bench", state="ok", started_at=AT, version="0", config_hash="0"))
        connection.execute(insert(source), [{"name": name, "kind": "bench"} for name in SOURCES])
    return engine


def fill(engine: Engine, size: int) -> None:
    rows: list[dict[str, Any]] = []
    for row in market(size):
        rows.append(row)
        if len(rows) == 1000:
            _insert(engine, rows)
            rows = []
    if rows:
        _insert(engine, rows)


def _insert(engine: Engine, rows: list[dict[str, Any]]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(posting), rows)


def quality(engine: Engine) -> tuple[float, float]:
    """Recall and precision over pairs, one vacancy in memory at a time; true pairs are counted by opening."""
    hit = said = 0
    openings: dict[str, int] = {}
    wanted = select(vacancy_member.c.vacancy_id, posting.c.source_id).join(posting).order_by(vacancy_member.c.vacancy_id)
    with engine.connect() as connection:
        for _, rows in groupby(connection.execute(wanted.execution_options(yield_per=5000)), key=lambda row: row.vacancy_id):
            inside: dict[str, int] = {}
            for row in rows:
                truth = row.source_id.split(":")[0]
                inside[truth] = inside.get(truth, 0) + 1
                openings[truth] = openings.get(truth, 0) + 1
            total = sum(inside.values())
            said += total * (total - 1) // 2
            hit += sum(n * (n - 1) // 2 for n in inside.values())
    true = sum(n * (n - 1) // 2 for n in openings.values())
    return hit / max(1, true), hit / max(1, said)


def sketch(size: int) -> None:
    """MinHash LSH of datasketch over word 5-shingles; for comparison."""
    if importlib.util.find_spec("datasketch") is None:
        print("datasketch is not installed")
        return
    library = importlib.import_module("datasketch")
    index = library.MinHashLSH(threshold=0.5, num_perm=128)
    begun = time.perf_counter()
    for number, row in enumerate(market(size)):
        words = row["description"].split()
        digest = library.MinHash(num_perm=128)
        digest.update_batch([" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))])
        index.query(digest)
        index.insert(number, digest)
    print(f"datasketch   {size / (time.perf_counter() - begun):8.0f} ads/s (generator included)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=10_000)
    parser.add_argument("--datasketch", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        engine = database(path)
        fill(engine, asked.ads)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        begun = time.perf_counter()
        counts = vacancies.update(engine, "r", AT)
        took = time.perf_counter() - begun
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        recall, precision = quality(engine)
        engine.dispose()
        size = path.stat().st_size / 2**20
    print(
        f"lohnpegel    {counts.ads / took:8.0f} ads/s   {counts.ads} ads, {counts.vacancies} vacancies, {counts.compared} pairs"
    )
    print(f"             recall {recall:.3f}  precision {precision:.3f}  RSS {before:.0f} → {rss:.0f} MB  file {size:.0f} MB")
    if asked.datasketch:
        sketch(asked.ads)


if __name__ == "__main__":
    main()
