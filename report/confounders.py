"""In what else two groups of vacancies differ; pure."""

from collections.abc import Callable, Sequence

from report.evidence import Vacancy
from report.finding import Confounder
from report.weighted import Flags

GAP = 0.15  #: difference of shares from which a confounder is worth a line


def confounders(vacancies: Sequence[Vacancy], inside: Flags) -> tuple[Confounder, ...]:
    """Differences of 15 points or more between those inside and the rest: nothing is adjusted for, but nothing is hidden."""
    if not inside.any() or inside.all():
        return ()
    tests: dict[str, Callable[[Vacancy], bool]] = {
        "level_entry": lambda vacancy: vacancy.level == "entry",
        "agency": lambda vacancy: vacancy.agency is not None,
        "hours_unsaid": lambda vacancy: vacancy.ad.hours_low is None and vacancy.ad.pay_hours is None,
    }
    tests |= {f"sector:{name}": _in_sector(name) for name in sorted({v.sector for v in vacancies if v.sector})}
    found = []
    for name, test in tests.items():
        marks = [test(vacancy) for vacancy in vacancies]
        one, other = _share(marks, inside), _share(marks, ~inside)
        if abs(one - other) >= GAP:
            found.append(Confounder(name, one, other))
    return tuple(found)


def _in_sector(name: str) -> Callable[[Vacancy], bool]:
    return lambda vacancy: vacancy.sector == name


def _share(marks: Sequence[bool], side: Flags) -> float:
    chosen = [mark for mark, held in zip(marks, side, strict=True) if held]
    return sum(chosen) / len(chosen)
