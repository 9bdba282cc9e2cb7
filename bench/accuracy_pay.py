"""How well pay is read: every figure of the gold sets, by tag, with each miss. `table()` is what `make accuracy` prints."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scraper.normalise.pay import jsonl_row

GOLD = Path(__file__).parent.parent / "tests" / "data" / "gold"
FIELDS = ("min", "max", "unit", "currency", "gross", "payments_per_year", "weekly_hours", "tariff", "bound")


@dataclass(slots=True)
class Score:
    """Counts over one gold file."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tags: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))  #: tag → [right, all]
    misses: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Shares between 0 and 1, named as in the label rules' section on scoring."""
        n = self.counts
        claims, paid = max(1, n["claims"]), max(1, n["paid"])
        return {
            "claim_precision": n["claimed"] / claims, "claim_recall": n["claimed"] / paid,
            "amount_precision": n["amount"] / claims, "amount_recall": n["amount"] / paid, "unit_recall": n["unit"] / paid,
            "all_fields": n["every"] / paid, "tariff_only_right": n["tariff_right"] / max(1, n["tariff"]),
            "span_holds": n["span"] / max(1, n["claimed"]), "false_claims_on_null": n["false"] / max(1, n["null"]),
        }  # fmt: skip


def same(one: Any, two: Any) -> bool:
    """Equal; numbers to half a cent."""
    if isinstance(one, (int, float)) and isinstance(two, (int, float)) and not isinstance(one, bool):
        return abs(one - two) < 0.005
    return bool(one == two)


def score(path: Path) -> Score:
    """Run one gold file."""
    result = Score()
    for line in path.read_text("utf-8").splitlines():
        case = json.loads(line)
        got = jsonl_row(case["text"])
        right = _judge(result.counts, case, got)
        for tag in case["tags"]:
            result.tags[tag][0] += right
            result.tags[tag][1] += 1
        if not right:
            result.misses.append(f"{case['id']}  {case['text']!r}\n    want {case['expected']}\n    got  {got}")
    return result


def _judge(counts: dict[str, int], case: dict[str, Any], got: dict[str, Any] | None) -> bool:
    want = case["expected"]
    if want is not None and "tariff_only" in case["tags"]:
        right = got is not None and got["tariff"] == want["tariff"]
        counts["tariff"] += 1
        counts["tariff_right"] += right
        return right
    counts["claims"] += got is not None
    counts["null" if want is None else "paid"] += 1
    if want is None or got is None:
        counts["false"] += got is not None
        return want is None and got is None
    counts["claimed"] += 1
    amount = same(want["min"], got["min"]) and same(want["max"], got["max"])
    every = all(same(want[name], got[name]) for name in FIELDS)
    quote = case["text"][slice(*got["span"])] if got["span"] else ""
    counts["amount"] += amount
    counts["unit"] += amount and want["unit"] == got["unit"]
    counts["every"] += every
    counts["span"] += any(one.isdigit() for one in quote) or (bool(quote) and "words" in case["tags"])
    return every


def table() -> str:
    """All gold files: figures, share right by tag, every miss."""
    lines: list[str] = []
    for path in sorted(GOLD.glob("pay*.jsonl")):
        result = score(path)
        lines += [f"{path.name}", *(f"  {name:22} {value:.3f}" for name, value in result.figures().items())]
        lines += ["  by tag: " + ", ".join(f"{tag} {right}/{total}" for tag, (right, total) in sorted(result.tags.items()))]
        lines += [f"  MISS {miss}" for miss in result.misses]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
