"""How well the facets of whole ads are read: a figure for each facet and gold file, and every miss."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scraper.normalise import words
from scraper.normalise.ad import Ad
from scraper.normalise.facets import jsonl_row
from scraper.profile import Town

GOLD = Path(__file__).parent.parent / "tests" / "data" / "gold"
SETS = ("work_time", "skills", "training", "languages")
BOTH = ("in_scope", "in_duisburg")  #: precision and recall, instead of the share right
TARGETS = {
    **{"in_scope_precision": 0.95, "in_scope_recall": 0.93, "in_duisburg_precision": 0.98, "in_duisburg_recall": 0.98},
    **{"level": 0.90, "career_changers": 0.92, "weekly_hours": 0.95, "contract": 0.95, "agency": 0.95, "remote": 0.92},
    "shift": 0.92,
    **{"sector": 0.80, "experience_years": 0.92, "work_time": 0.93, "skills": 0.85, "training": 0.85, "languages": 0.90},
}
Row = Mapping[str, Any]


def town() -> Town:
    """The shipped town, from its data file."""
    data = tomllib.loads((words.FOLDER / "town_duisburg.toml").read_text("utf-8"))
    postcodes = tuple((low, high) for low, high in data["postcodes"])
    return Town(data["name"], postcodes, {name: tuple(more) for name, more in data["districts"].items()}, tuple(data["aliases"]))


def ad(row: Row) -> Ad:
    """A gold line as the readers take it."""
    return Ad(*(row.get(key) or "" for key in ("title", "employer", "occupation", "place", "text")))


def pairs(path: Path) -> list[tuple[Row, Row, Row]]:
    """Gold line, what is expected, what is read."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    here = town()
    return [(row, row["expected"], jsonl_row(ad(row), here)) for row in rows]


def figures(found: Iterable[tuple[Row, Row, Row]]) -> dict[str, float]:
    """A figure for each row of `TARGETS`: share right, F1 over members, or precision and recall."""
    rows = list(found)
    result: dict[str, float] = {}
    for facet in BOTH:
        both = sum(bool(want[facet] and got[facet]) for _, want, got in rows)
        result[f"{facet}_precision"] = both / max(1, sum(bool(got[facet]) for *_, got in rows))
        result[f"{facet}_recall"] = both / max(1, sum(bool(want[facet]) for _, want, _ in rows))
    for facet in TARGETS:
        if facet in SETS:
            hit = sum(len(members(facet, want[facet]) & members(facet, got[facet])) for _, want, got in rows)
            total = sum(len(members(facet, want[facet])) + len(members(facet, got[facet])) for _, want, got in rows)
            result[facet] = 2 * hit / max(1, total)
        elif facet not in result:
            result[facet] = sum(want[facet] == got[facet] for _, want, got in rows) / max(1, len(rows))
    return {facet: result[facet] for facet in TARGETS}


def members(facet: str, value: Any) -> set[Any]:
    """A set-valued facet as a set; of languages only code and need count."""
    return {(spoken["code"], spoken["need"]) for spoken in value or ()} if facet == "languages" else set(value or ())


def table() -> str:
    """Figures of every gold file side by side, then each miss with the gold value first."""
    files = sorted(GOLD.glob("facets*.jsonl"))
    read = {path.stem: pairs(path) for path in files}
    scored = {name: figures(found) for name, found in read.items()}
    lines = [f"{'facet':24}{'target':>8}" + "".join(f"{f'{name} ({len(read[name])})':>24}" for name in scored)]
    for facet, target in TARGETS.items():
        marks = [f"{scored[name][facet]:.3f}{'' if scored[name][facet] >= target else ' <'}" for name in scored]
        lines.append(f"{facet:24}{target:8.2f}" + "".join(f"{mark:>24}" for mark in marks))
    lines.append("")
    for found in read.values():
        for row, want, got in found:
            for facet, value in want.items():
                same = members(facet, value) == members(facet, got[facet]) if facet in SETS else value == got[facet]
                if not same:
                    lines.append(f"{row['id']}  {facet}: gold {value!r}, read {got[facet]!r}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
