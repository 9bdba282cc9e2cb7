"""How many vacancies state a usable figure, by source and kind of employer; pure."""

from collections.abc import Sequence

from report.evidence import Vacancy
from report.finding import Disclosure


def disclosure(vacancies: Sequence[Vacancy]) -> tuple[Disclosure, ...]:
    """Rate of all, then by source, then by kind of employer. A vacancy shown by two sources counts in both lines."""
    groups: dict[str, list[bool]] = {"all": []}
    for vacancy in vacancies:
        spoken = vacancy.silence is None
        groups["all"].append(spoken)
        for source in {ad.source for ad in vacancy.ads}:
            groups.setdefault(f"source:{source}", []).append(spoken)
        groups.setdefault(f"employer:{vacancy.agency or 'direct'}", []).append(spoken)
    order = sorted(groups, key=lambda name: (name != "all", not name.startswith("source"), name))
    return tuple(Disclosure(name, sum(groups[name]), len(groups[name])) for name in order)


def districts(vacancies: Sequence[Vacancy]) -> tuple[tuple[str, int, int], ...]:
    """District, vacancies, of them priced; the unknown ("") last."""
    found: dict[str, list[bool]] = {}
    for vacancy in vacancies:
        name = next((ad.district for ad in vacancy.ads if ad.district), "")
        found.setdefault(name, []).append(vacancy.silence is None)
    order = sorted(found, key=lambda name: (not name, -len(found[name]), name))
    return tuple((name, len(found[name]), sum(found[name])) for name in order)
