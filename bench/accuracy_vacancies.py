"""How well ads are grouped and their lives told: the gold sets, and the sandbox's market over twelve weeks, whose truth is known.

A pair of ads counts as right where both say one opening, or both say two. An event (open, change, close, reopen) counts as right
where opening and week agree; a closing by absence is dated to the first of the two runs that missed the ad, so one of the
last week cannot be known yet and is left out on both sides.
"""

import json
import re
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

from lohnpegel.demo import TODAY, Wish, play
from sandbox import truth
from sandbox.market import Market
from sandbox.values import Ad
from storage.vacancies.rule import jsonl

GOLD = Path(__file__).parent.parent / "tests" / "data" / "gold"
SEEDS = (1, 2, 3)
WEEKS = 12
_NUMBER = re.compile(r"(\d{6,})(?:\.html)?$")
_CONTENT = ("description", "pay_low", "pay_high", "pay_quote", "title")
Event = tuple[str, int, str]  # opening, week, kind


def rates(hit: int, said: int, true: int) -> tuple[float, float, float]:
    """Precision, recall, F1; 1.0 where there was nothing to say or to find."""
    precision = hit / said if said else 1.0
    recall = hit / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pairwise(found: Mapping[str, object], true: Mapping[str, object]) -> tuple[float, float, float]:
    """Pairs of ads that are said to be one opening, against those that are."""
    said = sum(n * (n - 1) // 2 for n in Counter(found[ad] for ad in true).values())
    real = sum(n * (n - 1) // 2 for n in Counter(true.values()).values())
    both = sum(n * (n - 1) // 2 for n in Counter((found[ad], true[ad]) for ad in true).values())
    return rates(both, said, real)


def gold() -> Iterator[tuple[str, int, tuple[float, float, float]]]:
    """Name, ads and figures of each gold set."""
    for path in sorted(GOLD.glob("vacancies*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        found = {row["id"]: row["vacancy"] for row in jsonl(rows)}
        yield path.stem, len(rows), pairwise(found, {row["id"]: row["vacancy"] for row in rows})


def reference(source_id: str) -> str:
    """The market's reference of a stored ad: career pages and boards put their own path before it.

    >>> reference("10001-1103486532-S"), reference("127.0.0.1/bildungswerk/stellen/2841285")
    ('10001-1103486532-S', '2841285')
    """
    found = _NUMBER.search(source_id)
    return found[1] if found else source_id


def true_events(market: Market, seen: set[str]) -> set[Event]:
    """What happened to the openings of which an ad was found, as far as two runs can show it."""
    last = market.weeks - 1
    visible = {(ad.opening.key, week) for ad in market.ads if ad.reference in seen for week in _edits(market, ad)}
    known = {ad.opening.key for ad in market.ads if ad.reference in seen}
    found = {(e["vacancy"], e["week"], e["event"]) for week in range(market.weeks) for e in truth.events(market, week)}
    return {
        (key, week, kind)
        for key, week, kind in found
        if key in known and not (kind == "close" and week >= last) and not (kind == "change" and (key, week) not in visible)
    }


def _edits(market: Market, ad: Ad) -> Iterator[int]:
    """Weeks in which an ad reads otherwise than the week before."""
    for before, week in zip(ad.weeks, ad.weeks[1:], strict=False):
        old, new = market.state(ad, before), market.state(ad, week)
        if (old.text, old.pay) != (new.text, new.pay) and not ad.detail_missing:
            yield week


def told_events(rows: Iterable[sqlite3.Row], home: Mapping[int, str], market: Market) -> set[Event]:
    """The same from the database: a vacancy is open while one of its ads is."""
    weeks = {market.day(week): week for week in range(market.weeks)}
    open_in: dict[str, set[int]] = defaultdict(set)
    changed: set[Event] = set()
    since: dict[int, int] = {}
    spans: list[tuple[int, int, int]] = []
    for row in rows:
        ad, week = row["posting_id"], weeks[date.fromisoformat(row["changed_at"][:10])]
        if row["field"] in _CONTENT:
            changed.add((home[ad], week, "change"))
        elif row["new"] == "closed":
            spans.append((ad, since.pop(ad), week - 1 if row["reason"] == "absent" else week))
        elif row["field"] == "status":
            since[ad] = week
    for ad, begin, end in [*spans, *((ad, begin, market.weeks) for ad, begin in since.items())]:
        open_in[home[ad]] |= set(range(begin, end))
    told = {event for key, when in open_in.items() for event in _turns(key, when, market.weeks)}
    return told | {(key, week, kind) for key, week, kind in changed if {week - 1, week} <= open_in[key]}


def _turns(key: str, when: set[int], weeks: int) -> Iterator[Event]:
    for week in sorted(when):
        if week - 1 not in when:
            yield key, week, "open" if week == min(when) else "reopen"
        if week + 1 not in when and week + 1 < weeks - 1:
            yield key, week + 1, "close"


def sandbox(seed: int) -> tuple[int, tuple[float, float, float], dict[str, tuple[float, float, float]]]:
    """Ads, pairs, and events by kind of one market, crawled week by week."""
    market = Market(seed, WEEKS, "mixed", today=TODAY)
    true = {ad.reference: ad.opening.key for ad in market.ads}
    with tempfile.TemporaryDirectory() as folder:
        play(Wish(Path(folder), seed=seed, weeks=WEEKS))
        with closing(sqlite3.connect(Path(folder) / "lohnpegel.db")) as database:
            return measured(database, market, true)


def measured(
    database: sqlite3.Connection, market: Market, true: Mapping[str, str]
) -> tuple[int, tuple[float, float, float], dict[str, tuple[float, float, float]]]:
    """The figures of one database."""
    database.row_factory = sqlite3.Row
    ads = database.execute("SELECT p.id, p.source_id, m.vacancy_id FROM posting p JOIN vacancy_member m ON m.posting_id = p.id")
    members = [(row["id"], reference(row["source_id"]), row["vacancy_id"]) for row in ads]
    pairs = pairwise({said: home for _, said, home in members}, {said: true[said] for _, said, _ in members})
    names = _named([(true[said], home) for _, said, home in members])
    history = database.execute("SELECT * FROM posting_change ORDER BY changed_at, id").fetchall()
    told = told_events(history, {ad: names[home] for ad, _, home in members}, market)
    real = true_events(market, {said for _, said, _ in members})
    kinds = {}
    for kind in ("open", "change", "close", "reopen"):
        left, right = ({event for event in side if event[2] == kind} for side in (told, real))
        kinds[kind] = rates(len(left & right), len(left), len(right))
    kinds["all"] = rates(len(told & real), len(told), len(real))
    return len(members), pairs, kinds


def _named(members: list[tuple[str, int]]) -> dict[int, str]:
    """Vacancy to the opening it mostly is; a second vacancy of one opening has a name of its own."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for opening, home in members:
        counts[home][opening] += 1
    taken: set[str] = set()
    names: dict[int, str] = {}
    for number, found in sorted(counts.items(), key=lambda item: (-max(item[1].values()), item[0])):
        best = min(found, key=lambda key: (-found[key], key))
        names[number] = best if best not in taken else f"{best} again {number}"
        taken.add(best)
    return names


def table() -> str:
    """Both, as text."""
    lines = ["vacancies: precision, recall and F1 of pairs", f"{'':28}{'ads':>6}{'P':>8}{'R':>8}{'F1':>8}"]
    lines += [f"{name:28}{ads:6}{p:8.3f}{r:8.3f}{f:8.3f}" for name, ads, (p, r, f) in gold()]
    for seed in SEEDS:
        ads, (p, r, f), kinds = sandbox(seed)
        lines.append(f"{f'sandbox, seed {seed}':28}{ads:6}{p:8.3f}{r:8.3f}{f:8.3f}")
        lines += [f"{f'  event: {kind}':28}{'':6}{p:8.3f}{r:8.3f}{f:8.3f}" for kind, (p, r, f) in kinds.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
