"""The written rules by which a verdict is reached; pure, no numbers of their own: every threshold is the claim's.

Pay range. B, W, A are the shares of employers whose posted pay starts below, within and above the claimed range, each with its
95 % interval; the first clause that holds decides:

1. fewer than 5 priced vacancies, or fewer than 10 employers: insufficient evidence;
2. lower end of A over the majority: the claim is too low;       3. lower end of B over it: too high;
4. upper end of W under the majority: contradicted;              5. lower end of W at or over it: confirmed;
6. W at or over the majority and its lower end over the doubt: mostly right;
7. otherwise the interval is too wide to tell: insufficient evidence.

Premium, contrast: confirmed when the estimate reaches the claim's least difference and the whole interval lies above zero;
contradicted when the whole interval lies under the least difference; otherwise insufficient evidence.
Share: confirmed when the whole interval reaches the claimed share, contradicted when all of it lies under it, mostly right when
the estimate reaches it; otherwise insufficient evidence. Volatility: the same with "at most".
"""

from report.claims import PayRange
from report.finding import Measure, Verdict

LISTED_ONLY = 5  #: fewer priced vacancies are listed, without statistics
COUNTS_ONLY = 10  #: fewer employers give counts, without interval

Decision = tuple[Verdict, str]  #: the verdict, and the clause that decided

INSUFFICIENT = Verdict.INSUFFICIENT


def enough(n: int, employers: int) -> Decision | None:
    """None where there is evidence enough for an interval, else the verdict.

    >>> enough(4, 4), enough(30, 9), enough(10, 10)
    ((<Verdict.INSUFFICIENT: 'insufficient'>, 'few_vacancies'), (<Verdict.INSUFFICIENT: 'insufficient'>, 'few_employers'), None)
    """
    if n < LISTED_ONLY:
        return INSUFFICIENT, "few_vacancies"
    return (INSUFFICIENT, "few_employers") if employers < COUNTS_ONLY else None


def pay_range(claim: PayRange, below: Measure, within: Measure, above: Measure) -> Decision:
    """Clauses 2 to 7; the measures have intervals."""
    assert below.interval and within.interval and above.interval
    majority, low, high = claim.majority, within.interval[0], within.interval[1]
    clauses: tuple[tuple[bool, Verdict, str], ...] = (
        (above.interval[0] > majority, Verdict.TOO_LOW, "most_above"),
        (below.interval[0] > majority, Verdict.TOO_HIGH, "most_below"),
        (high < majority, Verdict.CONTRADICTED, "few_within"),
        (low >= majority, Verdict.CONFIRMED, "most_within"),
        (within.low >= majority and low > claim.doubt, Verdict.MOSTLY_RIGHT, "likely_within"),
    )
    return next(((verdict, why) for holds, verdict, why in clauses if holds), (INSUFFICIENT, "too_wide"))


def difference(measure: Measure, least: float) -> Decision:
    """Premium and contrast."""
    assert measure.interval
    if measure.interval[0] > 0 and measure.low >= least:
        return Verdict.CONFIRMED, "difference_found"
    if measure.interval[1] < least:
        return Verdict.CONTRADICTED, "no_such_difference"
    return INSUFFICIENT, "too_wide"


def at_least(measure: Measure, least: float) -> Decision:
    """Share."""
    assert measure.interval
    if measure.interval[0] >= least:
        return Verdict.CONFIRMED, "share_reached"
    if measure.interval[1] < least:
        return Verdict.CONTRADICTED, "share_missed"
    return (Verdict.MOSTLY_RIGHT, "share_likely") if measure.low >= least else (INSUFFICIENT, "too_wide")


def at_most(measure: Measure, most: float) -> Decision:
    """Volatility."""
    assert measure.interval
    if measure.interval[1] <= most:
        return Verdict.CONFIRMED, "steady"
    if measure.interval[0] > most:
        return Verdict.CONTRADICTED, "unsteady"
    return (Verdict.MOSTLY_RIGHT, "steady_likely") if measure.high <= most else (INSUFFICIENT, "too_wide")
