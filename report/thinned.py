"""Which vacancies a picture shows when there are too many for all; pure."""

import numpy as np

from report.ads import Ints
from report.priced import Priced

MOST_LINES = 60


def lines(pay: Priced) -> Ints:
    """Places in `pay`, to be drawn from top to bottom: employers by their lowest lower end, within them by lower end.

    More than `MOST_LINES` are thinned out evenly.
    """
    if not len(pay):
        return np.zeros(0, np.int64)
    lowest = np.full(pay.employers, np.inf)
    np.minimum.at(lowest, pay.groups, pay.low)
    order = np.lexsort((pay.rows, pay.low, pay.groups, lowest[pay.groups]))
    if len(order) <= MOST_LINES:
        return order
    return order[np.linspace(0, len(order) - 1, MOST_LINES).round().astype(np.int64)]
