"""Two ads side by side: what each piece of evidence says of them. `pair` combines it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from storage.vacancies import title
from storage.vacancies.likeness import ENOUGH, Likeness, missing
from storage.vacancies.place import named_places, workplaces
from storage.vacancies.reading import Reading, title_in_text
from storage.vacancies.values import Evidence
from storage.vacancies.words import words

FULL = 0.7  # of the smaller text's words, where both are whole
REWORDED = 0.5  # the same, under one title
CUT = 0.85  # the same, where one ends in the middle
SAME = 0.95  # nothing but a figure or a word was changed
LIKE_TITLE = 0.9
TASKS = 8  # words under the heading for the work, from which they tell one opening from another
_LIKE_TASKS = 0.8  # of the longer list's words
_MANY_TASKS = 12
_CODE = 5  # letters and digits of a number that nobody else has
_CORRECTED = 4.0  # hours a week by which a later ad of the same words may differ
_PAUSE = 14  # days: two ads of one week with other hours are two openings
_FULL_TIME = 35.0  # hours a week


@dataclass(frozen=True, slots=True)
class Sides:
    """Two readings and their likeness."""

    first: Reading
    second: Reading
    like: Likeness

    @property
    def cut(self) -> bool:
        return self.first.cut or self.second.cut


def gap(first: Reading, second: Reading) -> int:
    """Days between the two; 0 where one is undated."""
    left, right = first.ad.posted_on, second.ad.posted_on
    return abs((left - right).days) if left and right else 0


def own_numbers(first: Reading, second: Reading) -> Iterator[Evidence]:
    """Reference numbers: one in common speaks for, own ones that differ against; a labelled one may stand bare in the other."""
    left, right = first.numbers.references, second.numbers.references
    both = (left | first.numbers.listed) & (right | second.numbers.listed)
    if not both and bool(left) != bool(right):
        both = (left & second.mentions) | (right & first.mentions)
    if both:
        yield Evidence("reference", "for", min(both))
    elif left and right:
        yield Evidence("reference", "against", f"{min(left)} ≠ {min(right)}")


def places(sides: Sides) -> Iterator[Evidence]:
    """Town, district, and places named in the texts."""
    first, second = sides.first, sides.second
    left, right = first.places - second.places, second.places - first.places
    towns = {first.where.town, second.where.town}
    if "" not in towns and len(towns) == 2:
        yield _towns(sides, towns, left, right)
    elif left - towns and right - towns:
        yield Evidence("place", "against", f"text names {min(left - towns)} ≠ {min(right - towns)}")
    elif site := _other_site(first, second):
        yield Evidence("place", "against", f"{site[0]} ≠ {site[1]}")
    elif apart(first.where.districts, second.where.districts) and not _site(first) and not _spelt_otherwise(sides):
        yield Evidence("place", "against", f"{min(first.where.districts)} ≠ {min(second.where.districts)}")
    elif "" not in towns:
        yield Evidence("place", "for", min(towns))


def _towns(sides: Sides, towns: set[str], left: frozenset[str], right: frozenset[str]) -> Evidence:
    """Two towns: one opening where the texts are the same and name one place of work."""
    first, second = sides.first, sides.second
    at, there = _site(first), _site(second)
    shared = at & (there | {second.where.town}) | there & {first.where.town}
    if not shared:
        return Evidence("place", "against", f"{min(towns)} ≠ {max(towns)}")
    exact = sides.like.foreign < 1 and sides.like.contained >= CUT and not (left - towns and right - towns)
    exact = exact or (one_job(sides) and not apart(left - towns, right - towns))
    shown = f"shown in {min(towns)} and {max(towns)}, works in {min(shared)}"
    return Evidence("place", "for" if exact else "against", shown)


def _spelt_otherwise(sides: Sides) -> bool:
    """Two portals that put one ad into neighbouring districts; one source that lists both means both."""
    first, second = sides.first, sides.second
    return first.ad.source != second.ad.source and sides.like.contained >= SAME and sides.like.foreign < 1


def apart(left: frozenset[str], right: frozenset[str]) -> bool:
    """Both say something, and nothing in common."""
    return bool(left and right and not left & right)


def _site(reading: Reading) -> frozenset[str]:
    """Places that the text names as the place of work, whatever town the ad is shown in."""
    cues = words("employer", "agency_text") if reading.agency else frozenset()
    found: set[str] = set()
    for part in reading.sited:
        found |= workplaces(part)
    for segment in reading.parts if cues else ():
        if any(cue in segment.low for cue in cues):
            found |= named_places(segment.low)
    return frozenset(found)


def _other_site(first: Reading, second: Reading) -> tuple[str, str] | None:
    """Two sentences about the place of work that differ only in the place."""
    for left, right in product(first.site_stems, second.site_stems):
        here, there = left - right, right - left
        if here and there and len(left & right) >= max(len(here), len(there)) and missing(here, right) and missing(there, left):
            return min(here), min(there)
    return None


def hours(sides: Sides) -> Iterator[Evidence]:
    """Full or part time, and hours a week, unless the text says that it is one position."""
    first, second = sides.first, sides.second
    if (first.one_position and second.one_position) or (sides.cut and (first.one_position or second.one_position)):
        return
    if first.title.hours and second.title.hours and first.title.hours != second.title.hours:
        yield Evidence("hours", "against", "full time ≠ part time")
    left, right = first.figures.hours, second.figures.hours
    if left and right and not left & right and not _corrected(sides, max(left), max(right)):
        yield Evidence("hours", "against", f"{max(left):g} ≠ {max(right):g} a week")


def _corrected(sides: Sides, left: float, right: float) -> bool:
    """A later ad of the same words with a few hours more or less."""
    same_band = (left >= _FULL_TIME) == (right >= _FULL_TIME) and abs(left - right) <= _CORRECTED
    return same_band and sides.like.contained >= SAME and gap(sides.first, sides.second) >= _PAUSE


def turns(first: Reading, second: Reading) -> Iterator[Evidence]:
    """Early, late, night or weekend work; teams by name."""
    if apart(first.shifts, second.shifts):
        yield Evidence("shift", "against", f"{min(first.shifts)} ≠ {min(second.shifts)}")
    if apart(first.teams, second.teams) and not any(title.related(a, b) for a in first.teams for b in second.teams):
        yield Evidence("team", "against", f"{min(first.teams)} ≠ {min(second.teams)}")


def one_job(sides: Sides) -> bool:
    """The same title and the same tasks, whatever the house says of itself around them; an agency's also names the same figures.

    The employer's own number does as well, where most of the text agrees.
    """
    first, second, like = sides.first, sides.second, sides.like
    if first.numbers.references & second.numbers.references and like.contained >= REWORDED:
        return True
    return like.contained >= REWORDED and same_work(first, second, sure=first.agency or second.agency)


def same_work(first: Reading, second: Reading, *, sure: bool) -> bool:
    """One title, one list of tasks, no other number of people; `sure`: a long list word for word, or the same number."""
    if not same_tasks(first, second) or title.likeness(first.title, second.title) < LIKE_TITLE:
        return False
    left, right = first.figures.heads, second.figures.heads
    if left and right:
        return bool(left & right)
    most, shared = max(len(first.tasks), len(second.tasks)), len(first.tasks & second.tasks)
    return not sure or (shared >= _MANY_TASKS and shared >= LIKE_TITLE * most)


def same_tasks(first: Reading, second: Reading) -> bool:
    """Two lists of tasks, long enough and nearly the same."""
    most, shared = max(len(first.tasks), len(second.tasks)), len(first.tasks & second.tasks)
    return most >= TASKS and shared >= _LIKE_TASKS * most


def roles(sides: Sides) -> Iterator[Evidence]:
    """Another role: passages that only one side has, on both sides; another level; special title words that the other lacks."""
    first, second, like = sides.first, sides.second, sides.like
    odds = title.at_odds(first.title, second.title)
    if odds and _confirmed(first, second, odds):
        yield Evidence("title", "against", f"{odds[0]} ≠ {odds[1]}, each in its own text only")
        return
    if one_job(sides) or numbered(first, second):
        return
    if like.foreign >= ENOUGH and not (first.bare or second.bare):
        yield Evidence("role", "against", f"“{like.left}” ≠ “{like.right}”")
        return
    whole = not sides.cut and like.contained >= CUT and like.foreign < 2
    if first.title.level != second.title.level and not whole:
        yield Evidence("role", "against", f"{first.title.level or 'staff'} ≠ {second.title.level or 'staff'}")
    if odds and not whole and not (title_in_text(first, second.title) or title_in_text(second, first.title)):
        yield Evidence("title", "against", f"{odds[0]} ≠ {odds[1]}")


def _confirmed(first: Reading, second: Reading, odds: tuple[str, str]) -> bool:
    """Does each text name a word of its own title that the other text lacks? A portal's retitled copy never does."""
    left, right = (frozenset(side.split()) for side in odds)
    return bool(missing(left & first.content, second.content)) and bool(missing(right & second.content, first.content))


def numbered(first: Reading, second: Reading) -> bool:
    """One number of the employer's own: the same opening, however it is worded; a bare figure only under titles that fit."""
    left, right = first.numbers.references, second.numbers.references
    found = (left & right) or ((left & second.mentions) | (right & first.mentions))
    sure = any(len(number) >= _CODE and not number.isdigit() for number in found)
    return sure or (bool(found) and title.likeness(first.title, second.title) >= REWORDED)


def pay(first: Reading, second: Reading) -> Iterator[Evidence]:
    """Sums; other ones only lower the score, as re-posts raise the pay."""
    left, right = first.figures.money, second.figures.money
    if left & right:
        yield Evidence("pay", "for", f"{max(left & right):g} €")
    elif left and right:
        yield Evidence("pay", "note", f"{max(left):g} € ≠ {max(right):g} €")
