"""When to try again, and how long to wait: pure functions of status, headers and time."""

import random
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scraper.errors import FetchError, Refused, Unreachable

_DIGITS = re.compile(r"[0-9]+")  # not str.isdigit, which takes fullwidth digits too
_SHORTEST_S = 1.0
_LONGEST_S = 86_400.0


class Transient(Unreachable):
    """A failure that the next try may not meet; `final` is what it becomes once all tries are spent."""

    final: type[FetchError] = Unreachable

    def settle(self) -> FetchError:
        """The error to report when there is no further try."""
        return self.final(self.url, self.reason, self.status)


class Busy(Transient):
    """429: the site wants less, and after all tries that is a no."""

    final = Refused


def retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110 §10.2.3), clamped to 1 s … 24 h.

    Returns:
        Seconds to wait; None if the header is absent or is neither ASCII digits nor an HTTP date. Never raises.

    >>> retry_after("120", datetime(2026, 11, 22, tzinfo=UTC))
    120.0
    >>> retry_after("２０", datetime(2026, 11, 22, tzinfo=UTC)) is None  # fullwidth digits are no number here
    True
    """
    text = (value or "").strip(" \t")
    if not text or not text.isascii():
        return None
    if _DIGITS.fullmatch(text):
        seconds = float(text) if len(text) < 12 else _LONGEST_S
    else:
        try:
            at = parsedate_to_datetime(text)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
            seconds = (at - now).total_seconds()
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(max(seconds, _SHORTEST_S), _LONGEST_S)


def backoff(attempt: int, rng: random.Random, base_s: float = 1.0, cap_s: float = 30.0) -> float:
    """Full jitter: a draw between 0 and `base_s` doubled per attempt made (the first is 1), at most `cap_s`.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS 2015.
    """
    return rng.uniform(0, min(cap_s, base_s * 2.0 ** min(attempt, 30)))


def unasked_pause(strikes: int) -> float:
    """Seconds to leave a host alone that says 429/503 without Retry-After: 30, 60, 120 … at most 24 h."""
    return min(_LONGEST_S, 30.0 * 2.0 ** min(max(strikes - 1, 0), 16))
