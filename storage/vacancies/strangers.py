"""Two employers: one opening only where an agency stands between, and enough concrete facts agree."""

from storage.vacancies import client, title
from storage.vacancies.likeness import Likeness
from storage.vacancies.likeness import compare as liken
from storage.vacancies.reading import Reading
from storage.vacancies.sides import FULL, LIKE_TITLE, REWORDED, Sides, apart, hours, own_numbers, same_tasks, same_work, turns
from storage.vacancies.values import Evidence, Verdict

STRANGERS = Verdict(False, True, 0.0, (Evidence("employer", "against", "another employer"),))
UNSURE = Verdict(False, False, 0.0, (Evidence("employer", "against", "an agency and another house, and too little in common"),))
_FIGURES = 1.5  # weight of the facts other than the trade: words alone never make a copy
_LIKE = 0.5  # titles of a copy that an agency worded anew


def verdict(first: Reading, second: Reading, dates: Evidence) -> Verdict:
    """Weigh two ads of two employers."""
    if not (first.agency and second.agency):
        return _passed_on(first, second, dates) if first.agency or second.agency else STRANGERS
    weight, evidence = client.facts(first, second)
    evidence += turns(first, second)
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
    names = title.likeness(first.title, second.title)
    if first.where.town != second.where.town or names < _LIKE:
        return STRANGERS
    if dates.bearing == "against" or ((first.bare or second.bare) and names >= LIKE_TITLE):
        return UNSURE
    tasks = same_work(first, second, sure=True)
    like = liken(first, second)
    counted = tasks and bool(first.figures.heads & second.figures.heads)
    facts = not counted and _told_alike(first, second, like)
    sides = Sides(first, second, like)
    against = [e for e in (*own_numbers(first, second), *hours(sides), *turns(first, second)) if e.bearing == "against"]
    if against or apart(first.where.districts, second.where.districts):
        return STRANGERS
    if not (tasks or facts) or like.contained < (REWORDED if facts or counted else FULL):
        return UNSURE
    told = (
        Evidence("agency", "for", "passes on the ad of another house: same title, tasks and figures"),
        Evidence("text", "for", f"{like.contained:.0%} of the shorter"),
        Evidence("place", "for", first.where.town or "unknown on both sides"),
    )
    return Verdict(True, False, min(0.85, 0.4 + 0.45 * like.contained), (*told, dates))


def _told_alike(first: Reading, second: Reading, like: Likeness) -> bool:
    """Figures and trade agree as those of two agencies must, under titles that fit, and the tasks or most of the text as well."""
    weight, evidence = client.facts(first, second)
    trade = client.trade_weight(first, second)
    if weight < client.NEEDED or weight - trade < _FIGURES or any(e.bearing == "against" for e in evidence):
        return False
    return same_tasks(first, second) or like.contained >= FULL
