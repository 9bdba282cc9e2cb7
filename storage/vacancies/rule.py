"""Which ads are one opening: blocks, verdicts on pairs, clusters without a contradiction inside. Pure; see docs/vacancies.md."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from storage.vacancies.keys import BLOCK_LIMIT, keys
from storage.vacancies.pair import compare
from storage.vacancies.reading import Reading, read
from storage.vacancies.values import AdFacts, Edit, Evidence, Membership, Verdict

__all__ = ["AdFacts", "Edit", "Evidence", "Membership", "Verdict", "group", "jsonl", "why"]

BY_HAND = Verdict(True, False, 1.0, (Evidence("by hand", "for", "joined by a person"),))
SPLIT = Verdict(False, True, 0.0, (Evidence("by hand", "against", "split by a person"),))
_ORDER = tuple[date, str]


def why(first: AdFacts, second: AdFacts) -> tuple[Evidence, ...]:
    """All evidence for and against two ads being one opening."""
    return compare(read(first), read(second), whole=True).evidence


def group(ads: Sequence[AdFacts], edits: Sequence[Edit] = ()) -> list[Membership]:
    """Group ads into vacancies; the same for any order of the ads.

    Args:
        ads: With unique ids.
        edits: What a person said of two of them; others are ignored.

    Returns:
        One membership for each ad, in order of id.
    """
    readings = {ad.id: read(ad) for ad in sorted(ads, key=lambda ad: ad.id)}
    return cluster(readings, pairs(readings.values()), edits)


def pairs(readings: Iterable[Reading]) -> set[tuple[str, str]]:
    """Candidates: ads that share a key; a key that too many share says nothing and is left out."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for reading in readings:
        for key in keys(reading):
            blocks[key].append(reading.ad.id)
    found: set[tuple[str, str]] = set()
    for ids in blocks.values():
        if 1 < len(ids) <= BLOCK_LIMIT:
            found.update(combinations(sorted(ids), 2))
    return found


def cluster(
    readings: Mapping[str, Reading],
    candidates: Iterable[tuple[str, str]],
    edits: Sequence[Edit] = (),
    known: dict[tuple[str, str], Verdict] | None = None,
) -> list[Membership]:
    """Join along the best edges first, a person's last; two clusters that hold a contradictory pair stay apart.

    `known` remembers verdicts from one call to the next; pairs are in order of id.
    """
    verdicts = _Verdicts(readings, edits, {} if known is None else known)
    edges = [(verdict.score, pair) for pair in verdicts.asked(candidates) if (verdict := verdicts.of(*pair)).same]
    home = {ad_id: ad_id for ad_id in readings}
    members = {ad_id: [ad_id] for ad_id in readings}
    how: dict[str, Verdict] = {}
    for _, (first, second) in sorted(edges, key=lambda edge: (verdicts.of(*edge[1]) is BY_HAND, -edge[0], edge[1])):
        left, right = home[first], home[second]
        if left == right or verdicts.clash(members[left], members[right]):
            continue
        big, small = sorted((left, right), key=lambda h: (-len(members[h]), h))
        for ad_id in members[small]:
            home[ad_id] = big
        members[big] += members.pop(small)
        for ad_id in (first, second):
            how.setdefault(ad_id, verdicts.of(first, second))
    return _memberships(readings, members.values(), how)


class _Verdicts:
    """Verdicts by pair, each reached once; a person's word first."""

    def __init__(self, readings: Mapping[str, Reading], edits: Sequence[Edit], known: dict[tuple[str, str], Verdict]) -> None:
        self._readings = readings
        self._known = known
        self._hand: dict[tuple[str, str], Verdict] = {}
        for edit in edits:
            if edit.first in readings and edit.second in readings and edit.first != edit.second:
                self._hand[_pair(edit.first, edit.second)] = BY_HAND if edit.same else SPLIT

    def asked(self, candidates: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        yield from {_pair(*pair) for pair in candidates} | set(self._hand)

    def of(self, first: str, second: str) -> Verdict:
        pair = _pair(first, second)
        if pair in self._hand:
            return self._hand[pair]
        if pair not in self._known:
            self._known[pair] = compare(self._readings[pair[0]], self._readings[pair[1]])
        return self._known[pair]

    def clash(self, left: Sequence[str], right: Sequence[str]) -> bool:
        """Would joining put a contradictory pair into one vacancy? A join by hand outranks all but a split by hand."""
        crossing = [self.of(a, b) for a in left for b in right]
        if any(verdict is BY_HAND for verdict in crossing):
            return any(verdict is SPLIT for verdict in crossing)
        return any(verdict.parted for verdict in crossing)


def _pair(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _memberships(readings: Mapping[str, Reading], clusters: Iterable[list[str]], how: Mapping[str, Verdict]) -> list[Membership]:
    out = []
    for ids in clusters:
        first = min(ids, key=lambda ad_id: _first(readings[ad_id].ad))
        for ad_id in ids:
            verdict = how.get(ad_id)
            if ad_id == first or verdict is None:
                out.append(Membership(ad_id, first, 1.0, "first ad" if len(ids) > 1 else "only ad"))
            else:
                out.append(Membership(ad_id, first, round(verdict.score, 3), verdict.reason))
    return sorted(out, key=lambda member: member.id)


def _first(ad: AdFacts) -> _ORDER:
    return (ad.posted_on or date.max, ad.id)


def jsonl(rows: Iterable[Mapping[str, object]]) -> list[dict[str, str]]:
    """Lines {"id", "vacancy"} for lines of a gold file; only what `AdFacts` names is read."""
    return [{"id": m.id, "vacancy": m.vacancy} for m in group([AdFacts.of(dict(row)) for row in rows])]
