"""In what else two groups of vacancies differ; pure."""

import numpy as np

from report.ads import NONE, Flags, Ints
from report.finding import Confounder
from report.openings import Openings

GAP = 0.15  #: difference of shares from which a confounder is worth a line


def confounders(openings: Openings, asked: Ints, inside: Flags) -> tuple[Confounder, ...]:
    """Differences of 15 points or more between those inside and the rest: nothing is adjusted for, but nothing is hidden."""
    if not inside.any() or inside.all():
        return ()
    tests = {
        "level_entry": openings.level.are("entry"),
        "agency": ~openings.agency.unknown,
        "hours_unsaid": _hours_unsaid(openings),
    }
    tests |= {f"sector:{name}": openings.sector.are(name) for name in openings.sector.values}
    found = []
    for name, marks in tests.items():
        held = marks[asked]
        one, other = float(held[inside].mean()), float(held[~inside].mean())
        if abs(one - other) >= GAP:
            found.append(Confounder(name, one, other))
    return tuple(found)


def _hours_unsaid(openings: Openings) -> Flags:
    """Whether the ad that speaks states hours neither of the work nor of its pay."""
    ads = openings.ads
    told = ads.by_kind(kind.hours_said for kind in ads.kinds)[openings.first].astype(np.bool_)
    of_pay = np.array([kind.hours is not None for kind in ads.pays.kinds], dtype=np.bool_)
    pay = ads.pay[openings.first]
    told[pay != NONE] |= of_pay[ads.pays.kind[pay[pay != NONE]]]
    return ~told
