"""Two agencies, one client? Concrete facts of the opening behind an agency's ad."""

from collections.abc import Iterator

from storage.vacancies.figures import same_day
from storage.vacancies.reading import Reading
from storage.vacancies.values import Evidence
from storage.vacancies.words import words

NEEDED = 3.0  # matching facts, by weight; RULES: three or more, and no contradiction
_USUAL_HOURS = {35.0, 36.0, 37.0, 37.5, 38.0, 38.5, 39.0, 40.0}  # so common that they count half


_SAVINGS = {13.29, 26.59}  # € a month towards savings, in many collective agreements
_SUBJECT = 2.5  # the most that trade and language together weigh


def facts(first: Reading, second: Reading) -> tuple[float, list[Evidence]]:
    """Weight of the matching facts, and what speaks for or against; words are only compared where they can still decide."""
    found = [*_figures(first, second), *_places(first, second)]
    weight = sum(weight for weight, _ in found)
    if weight + _SUBJECT >= NEEDED and not any(evidence.bearing == "against" for _, evidence in found):
        found += _subject(first, second)
        weight = sum(weight for weight, _ in found)
    return weight, [evidence for _, evidence in found]


def _figures(first: Reading, second: Reading) -> Iterator[tuple[float, Evidence]]:
    left, right = first.figures, second.figures
    if code := (left.codes | left.references) & (right.codes | right.references):
        yield 2.0, Evidence("code word", "for", min(code))
    for name, kind in (("hours", "hours"), ("pay", "money"), ("head-count", "heads")):
        a, b = getattr(left, kind), getattr(right, kind)
        if name == "pay":
            a, b = _wages(a), _wages(b)
        if both := a & b:
            half = name == "hours" and both <= _USUAL_HOURS
            yield 0.5 if half else 1.0, Evidence(name, "for", f"{max(both):g}")
        elif a and b:
            yield 0.0, Evidence(name, "against", f"{max(a):g} ≠ {max(b):g}")
    if number := left.counts & right.counts:
        yield 1.0, Evidence("number", "for", str(max(number)))
    if day := [f"{a[1]}.{a[0]}." for a in sorted(left.dates) for b in right.dates if same_day(a, b)]:
        yield 1.0, Evidence("start", "for", day[0])
    elif left.dates and right.dates:
        yield 0.0, Evidence("start", "against", "no date in common")


def _wages(money: frozenset[float]) -> frozenset[float]:
    """Sums that can be an hour's, a month's or a year's pay; allowances and savings schemes are alike everywhere."""
    return frozenset(value for value in money if value >= 1000 or (11 <= value <= 35 and value not in _SAVINGS))


def _places(first: Reading, second: Reading) -> Iterator[tuple[float, Evidence]]:
    left, right = (r.places | r.where.districts for r in (first, second))
    if both := left & right:
        yield 1.0, Evidence("district", "for", min(both))
    elif left and right:
        yield 0.0, Evidence("district", "against", f"{min(left)} ≠ {min(right)}")
    if marks := (first.marks & second.marks) - left - right:
        yield 1.0, Evidence("landmark", "for", min(marks))


def _subject(first: Reading, second: Reading) -> Iterator[tuple[float, Evidence]]:
    """What the client does, and the languages it needs: rare long words on both sides, also as parts of compounds."""
    both = sorted(_common(first.rare, second.rare))
    if both:
        usual = all(any(word.startswith(trade) for trade in words("client", "usual")) for word in both)
        yield 0.5 if usual else 1.0 if len(both) < 3 else 1.5, Evidence("trade", "for", ", ".join(both[:3]))
    if spoken := first.tongues & second.tongues:
        yield 1.0, Evidence("language", "for", min(spoken))


def trade_weight(first: Reading, second: Reading) -> float:
    """What trade and languages in common weigh."""
    return sum(weight for weight, _ in _subject(first, second))


def _common(left: frozenset[str], right: frozenset[str]) -> set[str]:
    """Shared words, shared beginnings of eight letters and more, and words of seven and more that stand within another."""
    found = set(left & right)
    line, other = " ".join(left), " ".join(right)
    found |= {word for word in left if len(word) >= 7 and word in other} | {
        word for word in right if len(word) >= 7 and word in line
    }
    begins: dict[str, list[str]] = {}
    for word in left:
        begins.setdefault(word[:8], []).append(word)
    for word in right:
        for twin in begins.get(word[:8], ()) if len(word) > 8 else ():
            found.add(_beginning(word, twin))
    return found


def _beginning(first: str, second: str) -> str:
    size = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    return first[:size]


def fact_keys(reading: Reading) -> frozenset[str]:
    """Block keys of an agency's ad: single facts that are rare, pairs of those that are not."""
    figures = reading.figures
    single = {f"n{n}" for n in figures.heads | figures.counts} | {f"k{code}" for code in figures.codes}
    spots = {f"o{spot}" for spot in reading.places | reading.where.districts | reading.marks}
    money = {f"m{value:g}" for value in _wages(figures.money)}
    times = {f"h{value:g}" for value in figures.hours} | {f"d{month}" for month, _ in figures.dates}
    double = {f"{a}+{b}" for a in money for b in spots | times} | {f"{a}+{b}" for a in spots for b in times}
    return frozenset(single | double)
