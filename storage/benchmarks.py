"""Outside figures in the table `benchmark`: one row for an occupation, region and year of data, idempotent."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine, insert, select, update

from scraper.benchmarks import Figure
from storage.tables import benchmark

KIND = "entgeltatlas"
_SAID = ("low", "median", "high", "persons")


def save_figures(engine: Engine, figures: Sequence[Figure]) -> int:
    """Store figures of a known year.

    A row that says the same already keeps its day of retrieval, so that a report as of an earlier day finds it there.

    Returns:
        How many were new or changed.
    """
    changed = 0
    with engine.begin() as connection:
        for row in (_row(figure, figure.year) for figure in figures if figure.year is not None):
            here = (benchmark.c.kind == KIND, benchmark.c.key == row["key"], benchmark.c.region == row["region"])
            found = select(benchmark).where(*here, benchmark.c.valid_from_on == row["valid_from_on"])
            held = connection.execute(found).mappings().first()
            if held is None:
                connection.execute(insert(benchmark).values(row))
            elif any(held[name] != row[name] for name in _SAID):
                connection.execute(update(benchmark).where(benchmark.c.id == held["id"]).values(row))
            else:
                continue
            changed += 1
    return changed


def _row(figure: Figure, year: int) -> dict[str, Any]:
    return {
        "kind": KIND,
        "key": figure.kldb,
        "region": figure.region,
        "valid_from_on": date(year, 1, 1),
        "valid_to_on": date(year, 12, 31),
        "unit": "EUR/month",
        "origin": "live",
        "retrieved_on": figure.retrieved_on,
        **{name: getattr(figure, name) for name in _SAID},
    }
