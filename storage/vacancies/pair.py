"""Two ads, one opening? Named evidence, combined as docs/vacancies.md says."""

from storage.vacancies import employer, strangers, title, translation
from storage.vacancies.figures import same_day
from storage.vacancies.likeness import compare as liken
from storage.vacancies.reading import Reading, title_in_text
from storage.vacancies.sides import (
    CUT,
    FULL,
    LIKE_TITLE,
    REWORDED,
    Sides,
    gap,
    hours,
    numbered,
    own_numbers,
    pay,
    places,
    roles,
    turns,
)
from storage.vacancies.values import Evidence, Verdict

UNVOUCHED = Evidence("employer", "against", "unknown on one side, and nothing vouches for it")
REPOST_DAYS = 120  # a later ad is a re-opening


def compare(first: Reading, second: Reading, *, whole: bool = False) -> Verdict:
    """Weigh two ads; symmetric.

    Args:
        first: One ad.
        second: The other.
        whole: Name all the evidence; else no more is read once another role is certain. The answer is the same.
    """
    if second.ad.id < first.ad.id:
        first, second = second, first
    kin = employer.alike(first.name, second.name)
    days = gap(first, second)
    dates = Evidence("dates", "against" if days > REPOST_DAYS else "note", f"{days} days apart")
    if kin is None and first.name and second.name:
        return strangers.verdict(first, second, dates)
    who = Evidence("employer", "for", kin) if kin else _vouched(first, second)
    if who is None:
        return Verdict(False, False, 0.0, (UNVOUCHED, dates))
    sides = Sides(first, second, liken(first, second))
    if first.language != second.language:
        return translation.verdict(first, second, [who, *own_numbers(first, second), *places(sides), *hours(sides), dates])
    other = list(roles(sides))
    if other and not whole:
        return Verdict(False, True, 0.0, (who, dates, *other))
    found = [*own_numbers(first, second), *places(sides), *hours(sides), *turns(first, second), *other]
    return _one_house(sides, [who, dates, *found])


def _vouched(first: Reading, second: Reading) -> Evidence | None:
    """What stands in for an employer that one side does not name: a number of the employer's own, or the name within the text."""
    left, right = (side.numbers.references | side.numbers.listed for side in (first, second))
    if both := left & right:
        return Evidence("employer", "for", f"unknown, but same reference {min(both)}")
    for named, other in ((first, second), (second, first)):
        rare = employer.rare(named.name)
        if rare and not other.name and all(word in other.low for word in rare):
            return Evidence("employer", "for", "unknown in one, named in its text")
    return None


def _one_house(sides: Sides, evidence: list[Evidence]) -> Verdict:
    """One employer: the same text, or a part of it under a like title, or the same reference; and nothing against it."""
    first, second, like = sides.first, sides.second, sides.like
    names = title.likeness(first.title, second.title)
    text = Evidence("text", "for" if like.contained >= FULL else "note", f"{like.contained:.0%} of the shorter")
    evidence = [*evidence, text, Evidence("title", "note", f"{names:.0%} alike"), *pay(first, second)]
    parted = any(e.bearing == "against" and e.name != "dates" for e in evidence)
    reference = any(e.name == "reference" and e.bearing == "for" for e in evidence)
    one_number = reference and (like.contained >= 0.3 or numbered(first, second))
    same = not any(e.bearing == "against" for e in evidence) and (one_number or _fits(sides, names))
    return Verdict(same, parted, _score(sides, names, reference) if same else 0.0, tuple(evidence))


def _fits(sides: Sides, names: float) -> bool:
    """Whole texts must agree, less so under one title (du for Sie); a cut one must lie within the other and fit by title."""
    like, first, second = sides.like, sides.first, sides.second
    if first.bare or second.bare:
        return _bare(sides, names)
    if not sides.cut:
        return like.contained >= (REWORDED if names >= 0.75 else FULL)
    fitting = names >= 0.5 or title_in_text(first, second.title) or title_in_text(second, first.title)
    return like.contained >= CUT and like.shared >= 6 and fitting


def _bare(sides: Sides, names: float) -> bool:
    """One side has no text at all: title, town and pay must then agree, as far as both name them."""
    first, second = sides.first, sides.second
    left, right = first.figures.money, second.figures.money
    paid = not (left and right) or bool(left & right)
    return names >= LIKE_TITLE and paid and first.where.town == second.where.town != ""


def _score(sides: Sides, names: float, reference: bool) -> float:
    """Order among edges: text first, then title, number, pay, start and nearness in time; without a text the title, both ways."""
    first, second = sides.first, sides.second
    left, right = first.figures, second.figures
    money = 0.5 if not (left.money and right.money) else float(bool(left.money & right.money))
    start = 0.5 if not (left.dates and right.dates) else float(any(same_day(a, b) for a in left.dates for b in right.dates))
    near = 1 - min(gap(first, second), REPOST_DAYS) / REPOST_DAYS
    told = sides.like.contained
    if first.bare or second.bare:  # what little there is says nothing
        told = REWORDED * title.overlap(first.title, second.title)
    return 0.4 * told + 0.25 * names + 0.1 * reference + 0.1 * money + 0.1 * start + 0.05 * near
