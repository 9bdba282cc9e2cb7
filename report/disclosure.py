"""How many vacancies state a usable figure, by source and kind of employer, and what is offered where; pure."""

import numpy as np

from report.ads import NONE, Flags, Ints
from report.finding import Disclosure, District, Pair
from report.openings import Openings
from report.priced import Priced
from report.verdict import LISTED_ONLY
from report.weighted import median, weights


def disclosure(openings: Openings, asked: Ints) -> tuple[Disclosure, ...]:
    """Rate of all, then by source, then by kind of employer. A vacancy shown by two sources counts in both lines."""
    ads = openings.ads
    spoken = openings.silence[asked] == NONE
    groups: dict[str, Flags] = {"all": np.ones(len(asked), dtype=np.bool_)}
    for name in sorted({kind.source for kind in ads.kinds}):
        shows = ads.by_kind(kind.source == name for kind in ads.kinds).astype(np.bool_)
        groups[f"source:{name}"] = openings.any_ad(shows)[asked]
    groups["employer:direct"] = openings.agency.unknown[asked]
    groups |= {f"employer:{name}": openings.agency.are(name)[asked] for name in openings.agency.values}
    counted = (Disclosure(name, int((held & spoken).sum()), int(held.sum())) for name, held in groups.items())
    return tuple(line for line in counted if line.of or line.group == "all")


def districts(openings: Openings, pay: Priced | None) -> tuple[District, ...]:
    """Every district with vacancies, the unknown ("") last; `pay`: of whose lower ends the middle is told."""
    named = openings.district
    size = len(named.values) + 1
    codes = np.where(named.codes == NONE, size - 1, named.codes)
    of = np.bincount(codes, minlength=size)
    spoken = np.bincount(codes[openings.silence == NONE], minlength=size)
    found = []
    for place, name in enumerate([*named.values, ""]):
        part = pay.only(codes[pay.rows] == place) if pay is not None and of[place] else None
        found.append(District(name, int(of[place]), int(spoken[place]), _middle(part)))
    return tuple(sorted((one for one in found if one.of), key=lambda one: (not one.name, -one.of, one.name)))


def _middle(pay: Priced | None) -> Pair | None:
    if pay is None or len(pay) < LISTED_ONLY:
        return None
    weight = weights(pay.groups)
    return median(pay.low, weight), median(pay.low_max, weight)
