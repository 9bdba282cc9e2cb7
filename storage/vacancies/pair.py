"""Two ads, one opening? Named evidence, combined as docs/vacancies.md says."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.vacancies import client, employer, title
from storage.vacancies.figures import same_day
from storage.vacancies.likeness import ENOUGH, Likeness
from storage.vacancies.likeness import compare as liken
from storage.vacancies.place import named_places, workplaces
from storage.vacancies.reading import Reading, title_in_text
from storage.vacancies.translation import bridge
from storage.vacancies.values import Evidence, Verdict
from storage.vacancies.words import words

UNVOUCHED = Evidence("employer", "against", "unknown on one side, and nothing vouches for it")
STRANGERS = Verdict(False, True, 0.0, (Evidence("employer", "against", "another employer"),))
REPOST_DAYS = 120  # a later ad is a re-opening
_TASKS = 8  # words under the heading for the work, from which they tell one opening from another
_LIKE_TASKS = 0.8  # of the longer list's words
_LIKE_TITLE = 0.9
_MANY_TASKS = 12
_FULL = 0.7  # of the smaller text's words, where both are whole
_REWORDED = 0.5  # the same, under one title
_CUT = 0.85  # the same, where one ends in the middle


@dataclass(frozen=True, slots=True)
class _Sides:
    first: Reading
    second: Reading
    like: Likeness

    @property
    def cut(self) -> bool:
        return self.first.cut or self.second.cut


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
    days = _gap(first, second)
    dates = Evidence("dates", "against" if days > REPOST_DAYS else "note", f"{days} days apart")
    if kin is None and first.name and second.name:
        return _strangers(first, second, dates)
    who = Evidence("employer", "for", kin) if kin else _vouched(first, second)
    if who is None:
        return Verdict(False, False, 0.0, (UNVOUCHED, dates))
    sides = _Sides(first, second, liken(first, second))
    if first.english != second.english:
        return _translated(sides, who, [*_own_numbers(sides), *_places(sides), *_hours(sides), dates])
    roles = list(_roles(sides))
    if roles and not whole:
        return Verdict(False, True, 0.0, (who, dates, *roles))
    return _one_house(sides, [who, dates, *_own_numbers(sides), *_places(sides), *_hours(sides), *roles])


def _gap(first: Reading, second: Reading) -> int:
    """Days between the two; 0 where one is undated."""
    left, right = first.ad.posted_on, second.ad.posted_on
    return abs((left - right).days) if left and right else 0


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


def _own_numbers(sides: _Sides) -> Iterator[Evidence]:
    left, right = sides.first.numbers.references, sides.second.numbers.references
    if both := (left | sides.first.numbers.listed) & (right | sides.second.numbers.listed):
        yield Evidence("reference", "for", min(both))
    elif left and right:
        yield Evidence("reference", "against", f"{min(left)} ≠ {min(right)}")


def _places(sides: _Sides) -> Iterator[Evidence]:
    first, second = sides.first, sides.second
    left, right = first.places - second.places, second.places - first.places
    towns = {first.where.town, second.where.town}
    if "" not in towns and len(towns) == 2:
        if shared := _site(first) & (_site(second) | {second.where.town}) | _site(second) & {first.where.town}:
            exact = sides.like.foreign < 1 and sides.like.contained >= _CUT and not (left - towns and right - towns)
            exact = exact or (_one_job(sides) and not _apart(left - towns, right - towns))
            shown = f"shown in {min(towns)} and {max(towns)}, works in {min(shared)}"
            yield Evidence("place", "for" if exact else "against", shown)
        else:
            yield Evidence("place", "against", f"{min(towns)} ≠ {max(towns)}")
    elif left - towns and right - towns:
        yield Evidence("place", "against", f"text names {min(left - towns)} ≠ {min(right - towns)}")
    elif _apart(first.where.districts, second.where.districts) and not _site(first):
        yield Evidence("place", "against", f"{min(first.where.districts)} ≠ {min(second.where.districts)}")
    elif "" not in towns:
        yield Evidence("place", "for", min(towns))


def _apart(left: frozenset[str], right: frozenset[str]) -> bool:
    return bool(left and right and not left & right)


def _site(reading: Reading) -> frozenset[str]:
    """Places that the text names as the place of work, whatever town the ad is shown in."""
    cues = words("employer", "agency_text") if reading.agency else frozenset()
    found = {p for s in reading.parts for p in workplaces(s.low)}
    return frozenset(found | {p for s in reading.parts if any(cue in s.low for cue in cues) for p in named_places(s.low)})


def _hours(sides: _Sides) -> Iterator[Evidence]:
    first, second = sides.first, sides.second
    if (first.one_position and second.one_position) or (sides.cut and (first.one_position or second.one_position)):
        return
    if first.title.hours and second.title.hours and first.title.hours != second.title.hours:
        yield Evidence("hours", "against", "full time ≠ part time")
    left, right = first.figures.hours, second.figures.hours
    if left and right and not left & right:
        yield Evidence("hours", "against", f"{max(left):g} ≠ {max(right):g} a week")


def _one_job(sides: _Sides) -> bool:
    """The same title and the same tasks, whatever the house says of itself around them; an agency's also names the same figures.

    The employer's own number does as well, where most of the text agrees.
    """
    first, second, like = sides.first, sides.second, sides.like
    left, right = first.figures, second.figures
    if left.references & right.references and like.contained >= _REWORDED:
        return True
    return like.contained >= _REWORDED and _same_work(first, second, sure=first.agency or second.agency)


def _same_work(first: Reading, second: Reading, *, sure: bool) -> bool:
    """One title, one list of tasks, no other number of people; `sure`: a long list word for word, or the same number."""
    most, shared = max(len(first.tasks), len(second.tasks)), len(first.tasks & second.tasks)
    if most < _TASKS or shared < _LIKE_TASKS * most or title.likeness(first.title, second.title) < _LIKE_TITLE:
        return False
    left, right = first.figures.heads, second.figures.heads
    if left and right:
        return bool(left & right)
    return not sure or (shared >= _MANY_TASKS and shared >= _LIKE_TITLE * most)


def _roles(sides: _Sides) -> Iterator[Evidence]:
    first, second, like = sides.first, sides.second, sides.like
    if _one_job(sides):
        return
    if like.foreign >= ENOUGH and not (first.bare or second.bare):
        yield Evidence("role", "against", f"“{like.left}” ≠ “{like.right}”")
        return
    whole = not sides.cut and like.contained >= _CUT and like.foreign < 2
    if first.title.level != second.title.level and not whole:
        yield Evidence("role", "against", f"{first.title.level or 'staff'} ≠ {second.title.level or 'staff'}")
    odds = title.at_odds(first.title, second.title)
    if odds and not whole and not (title_in_text(first, second.title) or title_in_text(second, first.title)):
        yield Evidence("title", "against", f"{odds[0]} ≠ {odds[1]}")


def _one_house(sides: _Sides, evidence: list[Evidence]) -> Verdict:
    """One employer: the same text, or a part of it under a like title, or the same reference; and nothing against it."""
    first, second, like = sides.first, sides.second, sides.like
    names = title.likeness(first.title, second.title)
    text = Evidence("text", "for" if like.contained >= _FULL else "note", f"{like.contained:.0%} of the shorter")
    evidence = [*evidence, text, Evidence("title", "note", f"{names:.0%} alike"), *_pay(sides)]
    parted = any(e.bearing == "against" and e.name != "dates" for e in evidence)
    reference = any(e.name == "reference" and e.bearing == "for" for e in evidence)
    fits = _fits(sides, names)
    same = not any(e.bearing == "against" for e in evidence) and (fits or (reference and like.contained >= 0.3))
    return Verdict(same, parted, _score(sides, names, reference) if same else 0.0, tuple(evidence))


def _fits(sides: _Sides, names: float) -> bool:
    """Whole texts must agree, less so under one title (du for Sie); a cut one must lie within the other and fit by title."""
    like, first, second = sides.like, sides.first, sides.second
    if first.bare or second.bare:
        return _bare(sides, names)
    if not sides.cut:
        return like.contained >= (_REWORDED if names >= 0.75 else _FULL)
    fitting = names >= 0.5 or title_in_text(first, second.title) or title_in_text(second, first.title)
    return like.contained >= _CUT and like.shared >= 6 and fitting


def _bare(sides: _Sides, names: float) -> bool:
    """One side has no text at all: title, town and pay must then agree, as far as both name them."""
    first, second = sides.first, sides.second
    left, right = first.figures.money, second.figures.money
    paid = not (left and right) or bool(left & right)
    return names >= _LIKE_TITLE and paid and first.where.town == second.where.town != ""


def _pay(sides: _Sides) -> Iterator[Evidence]:
    left, right = sides.first.figures.money, sides.second.figures.money
    if left & right:
        yield Evidence("pay", "for", f"{max(left & right):g} €")
    elif left and right:
        yield Evidence("pay", "note", f"{max(left):g} € ≠ {max(right):g} €")


def _score(sides: _Sides, names: float, reference: bool) -> float:
    """Order among edges: text first, then title, number, pay, start and nearness in time."""
    left, right = sides.first.figures, sides.second.figures
    pay = 0.5 if not (left.money and right.money) else float(bool(left.money & right.money))
    start = 0.5 if not (left.dates and right.dates) else float(any(same_day(a, b) for a in left.dates for b in right.dates))
    near = 1 - min(_gap(sides.first, sides.second), REPOST_DAYS) / REPOST_DAYS
    return 0.4 * sides.like.contained + 0.25 * names + 0.1 * reference + 0.1 * pay + 0.1 * start + 0.05 * near


def _translated(sides: _Sides, who: Evidence, evidence: list[Evidence]) -> Verdict:
    """A German ad and an English one of one employer: title and two more things must carry over."""
    english, german = (sides.first, sides.second) if sides.first.english else (sides.second, sides.first)
    across = bridge(english, german)
    found = [who, *evidence, Evidence("translation", "note", f"title {across.title:.0%}, text {across.coverage:.0%}")]
    found += [Evidence(kind, "for", "same in both languages") for kind in across.facts]
    found += [Evidence(kind, "against", "differs between the languages") for kind in across.odds]
    against = any(e.bearing == "against" for e in found)
    points = len(across.facts) + (across.coverage >= 0.4) + (across.title >= 0.8)
    same = not against and across.title >= 0.5 and points >= 2
    score = 0.5 * across.title + 0.3 * across.coverage + 0.05 * min(len(across.facts), 4)
    parted = any(e.bearing == "against" and e.name != "dates" for e in found)
    return Verdict(same, parted, score if same else 0.0, tuple(found))


def _strangers(first: Reading, second: Reading, dates: Evidence) -> Verdict:
    """Two employers: one opening only where both are agencies and enough of the client's facts agree."""
    if not (first.agency and second.agency):
        return _passed_on(first, second, dates) if first.agency or second.agency else STRANGERS
    weight, evidence = client.facts(first, second)
    towns = {first.where.town, second.where.town} - {""}
    against = len(towns) > 1 or any(e.bearing == "against" for e in evidence)
    same = not against and weight >= client.NEEDED and dates.bearing != "against"
    detail = f"two agencies, facts in common weigh {weight:g} of {client.NEEDED:g}"
    if not same and (copied := _passed_on(first, second, dates)).same:
        return copied
    reason = Evidence("client", "for" if same else "against", detail)
    return Verdict(same, not same, min(0.9, 0.4 + weight / 10) if same else 0.0, (reason, *evidence, dates))


def _passed_on(first: Reading, second: Reading, dates: Evidence) -> Verdict:
    """An agency that passes on another house's ad: title, tasks, town and figures as they were, only the house unnamed."""
    if first.where.town != second.where.town or not _same_work(first, second, sure=True) or dates.bearing == "against":
        return STRANGERS
    like = liken(first, second)
    sides = _Sides(first, second, like)
    against = [e for e in (*_own_numbers(sides), *_hours(sides)) if e.bearing == "against"]
    if against or like.contained < _FULL or _apart(first.where.districts, second.where.districts):
        return STRANGERS
    told = (
        Evidence("agency", "for", "passes on the ad of another house: same title, tasks and figures"),
        Evidence("text", "for", f"{like.contained:.0%} of the shorter"),
        Evidence("place", "for", first.where.town or "unknown on both sides"),
    )
    return Verdict(True, False, min(0.85, 0.4 + 0.45 * like.contained), (*told, dates))
