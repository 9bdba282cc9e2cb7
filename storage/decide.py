"""What becomes of a stored ad: new, changed, touched, reopened, missed, closed. Pure: clocks and old state in, intents out.

Only a run that ended `ok` may close anything, and only one that also listed everything may count an ad as missed.
A wrong clock can delay a closing, never cause one; what is seen again is open again, whatever the clock says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Literal

from scraper.model import Posting, RunState
from storage.rows import SETS, TRACKED, AdRows, ad_rows, as_text, tracked

MISSES = 2  # complete ok runs without an ad before it counts as closed
APART = timedelta(hours=24)  # and they lie at least so far apart
STALE = timedelta(days=45)  # misses further apart say nothing: a long pause or a clock that jumped; counting starts anew
USUAL_RUNS = 5
SHARE = 0.7  # of the usual number of ads: below it a run is suspect
SMALL = 10  # usual numbers below this may halve by themselves

Reason = Literal["gone", "expired", "absent"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An ad that a listing shows and whose stored detail is still current."""

    source_id: str


@dataclass(frozen=True, slots=True)
class StoredAd:
    """What is known of an ad before a decision about it."""

    source_id: str
    content_hash: str
    first_seen_at: datetime
    last_seen_at: datetime
    revision: str | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None
    expires_on: date | None = None
    misses: int = 0
    missed_at: datetime | None = None
    last_run_id: str | None = None
    id: int = 0
    fields: Mapping[str, Any] = field(
        default_factory=dict
    )  #: tracked columns, "languages", "skills"; needed where the content differs


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an ad's history; values as `rows.as_text` writes them."""

    field: str
    old: str | None
    new: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What to do with one ad."""

    kind: Literal["new", "changed", "unchanged"]
    source_id: str
    reopened: bool = False
    changes: tuple[Change, ...] = ()
    rows: AdRows | None = None  #: what to store; None leaves the content as it is
    revision: str | None = None  #: to store, where only that moved
    kept: bool = False  #: the detail page is gone but listed: the stored text stays


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What closing may rest on."""

    run_id: str
    state: RunState
    complete: bool  #: every listing was read to its end
    gone: frozenset[str] = frozenset()  #: ids whose own page answered 404 or 410, or says that it is closed


@dataclass(frozen=True, slots=True)
class Absence:
    """What becomes of an ad that a run did not see, or that is over."""

    source_id: str
    id: int
    misses: int
    missed_at: datetime | None
    closed: Reason | None = None


def decide(old: StoredAd | None, posting: Posting | Seen, at: datetime, parser_version: str = "1") -> Intent:
    """What a sighting of an ad means.

    Args:
        old: The stored ad; None if it is new. Its `fields` are needed where the content hash differs.
        posting: What was read; `Seen` where the listing alone was.
        at: Time of the fetch, aware UTC.
        parser_version: Goes into the rows.
    """
    if isinstance(posting, Seen):
        return Intent("unchanged", posting.source_id, **_life(old, at, old.expires_on if old else None))
    source_id = posting.raw.source_id
    if old is None:
        rows = ad_rows(posting, parser_version)
        return Intent("new", source_id, rows=rows, changes=(Change("status", None, "open"),))
    life = _life(old, at, posting.expires_on)
    if posting.raw.description is None and old.fields.get("description"):
        return Intent("unchanged", source_id, revision=posting.raw.revision, kept=True, **_life(old, at, old.expires_on))
    if posting.content_hash == old.content_hash:
        moved = posting.raw.revision if posting.raw.revision != old.revision else None
        return Intent("unchanged", source_id, revision=moved, **life)
    rows = ad_rows(posting, parser_version)
    return Intent("changed", source_id, life["reopened"], field_changes(old.fields, tracked(rows)) + life["changes"], rows)


def field_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Fields whose value differs, in the order of the table."""
    pairs = ((name, as_text(old.get(name)), as_text(new.get(name))) for name in (*TRACKED, *SETS))
    return tuple(Change(name, before, after) for name, before, after in pairs if before != after)


def _life(old: StoredAd | None, at: datetime, expires_on: date | None) -> dict[str, Any]:
    """Reopening: an ad that is seen is open, unless it is still listed beyond the day that it names itself."""
    if old is None or old.closed_at is None:
        return {"reopened": False, "changes": ()}
    if old.closed_reason == "expired" and _expired(expires_on, at):
        return {"reopened": False, "changes": ()}
    return {"reopened": True, "changes": (Change("status", "closed", "reopened"),)}


def absent(ads: Iterable[StoredAd], run: RunFacts, now: datetime) -> list[Absence]:
    """Which open ads of a source were missed by a run, and which are over.

    Args:
        ads: Open ads of the source, those seen in the run among them.
        run: How the run ended.
        now: Its end, aware UTC.

    Returns:
        Only ads of which something changes.
    """
    if run.state != "ok":
        return []
    return [fate for ad in ads if ad.closed_at is None and (fate := _fate(ad, run, now))]


def _fate(ad: StoredAd, run: RunFacts, now: datetime) -> Absence | None:
    if ad.source_id in run.gone:
        return Absence(ad.source_id, ad.id, ad.misses, ad.missed_at, "gone")
    if _expired(ad.expires_on, now):
        return Absence(ad.source_id, ad.id, ad.misses, ad.missed_at, "expired")
    if not run.complete or ad.last_run_id == run.run_id:
        return None
    if ad.missed_at is None or not timedelta(0) <= now - ad.missed_at <= STALE:
        return Absence(ad.source_id, ad.id, 1, now)
    if now - ad.missed_at < APART:
        return None  # too soon to count again; the first miss keeps its time
    misses = ad.misses + 1
    return Absence(ad.source_id, ad.id, misses, now, "absent" if misses >= MISSES else None)


def _expired(expires_on: date | None, at: datetime) -> bool:
    """Whether the last day of an ad has passed everywhere on earth; the day itself still counts."""
    return expires_on is not None and expires_on < (at - timedelta(hours=12)).date()


def usual(found: Sequence[int]) -> float | None:
    """Median of the numbers found by the latest ok and complete runs, newest first; None without any."""
    return float(median(found[:USUAL_RUNS])) if found else None


def suspect(found: int, usual_found: float | None) -> str | None:
    """Why a complete run's number of ads cannot be believed; None if it can.

    >>> suspect(60, 100.0)
    'found 60 ads where 100 are usual'
    >>> suspect(4, 8.0) is None, suspect(0, 8.0)
    (True, 'found no ad where 8 are usual')
    """
    if not usual_found:
        return None
    if found == 0:
        return f"found no ad where {usual_found:g} are usual"
    if usual_found >= SMALL and found < SHARE * usual_found:
        return f"found {found} ads where {usual_found:g} are usual"
    return None
