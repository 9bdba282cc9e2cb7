"""What a run of a source has seen so far, and what that makes of it in the end."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.discreet import discreet
from scraper.errors import Challenge, Incomplete, Refused, ScraperError
from scraper.model import Options, Request, RunState


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the run of a source ended."""

    state: RunState
    complete: bool  #: every listing was read to its end, so what is missing may be called absent
    error: str | None
    requests: int  #: pages asked for, whether they came or not; repeated tries and robots.txt are the fetch room's own
    pages: int
    bytes: int  #: of their bodies, decoded
    claimed: int  #: ads that the source said it has, over all listings
    listed: int  #: distinct ads seen in listings
    details_fetched: int
    details_skipped: int
    notes: tuple[str, ...]


@dataclass
class Progress:
    """What has been seen so far; the only thing here that changes."""

    queue: deque[Request]
    known: Mapping[str, str | None]
    asked: set[tuple[str, str, bytes | None]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    listings: dict[str, tuple[int | None, set[str], int]] = field(default_factory=dict)  #: total, ids, rejects
    requests: int = 0
    pages: int = 0
    bytes: int = 0
    fetched: int = 0
    skipped: int = 0
    detail_failures: list[str] = field(default_factory=list)  #: that did not come
    unreadable: list[str] = field(default_factory=list)  #: that came, and could not be read
    barred: list[str] = field(default_factory=list)  #: that robots.txt keeps from being asked for
    notes: dict[str, int] = field(default_factory=dict)


def outcome(progress: Progress, options: Options, error: ScraperError | None) -> Outcome:
    """How the run ended: `error` is what stopped it, None where nothing was left to ask."""
    short = _short(progress)
    unread = len(progress.unreadable) + len(progress.barred)
    state: RunState = "ok"
    if error is not None:
        blocked = isinstance(error, Refused | Challenge) or isinstance(error.__cause__, Refused | Challenge)
        partial = isinstance(error, Incomplete) or isinstance(error.__cause__, Incomplete)
        state = "blocked" if blocked else "partial" if partial else "failed"
    elif progress.barred and unread == len(progress.ids):
        state = "blocked"
    elif short or progress.detail_failures or unread * 5 > len(progress.ids):
        state = "partial"  # a few that can never be read must not keep a source from being believed for ever
    said = [str(error)] if error else []
    said += short
    for what, which in (
        ("could not be had", progress.detail_failures),
        ("could not be read", progress.unreadable),
        ("are barred by robots.txt", progress.barred),
    ):
        if which:
            said.append(f"{len(which)} details {what}, the first: {which[0]}")
    return Outcome(
        state=state,
        complete=state == "ok" and options.since is None,
        error=discreet("; ".join(said)) or None,
        requests=progress.requests,
        pages=progress.pages,
        bytes=progress.bytes,
        claimed=sum(total or 0 for total, _, _ in progress.listings.values()),
        listed=len(progress.ids),
        details_fetched=progress.fetched,
        details_skipped=progress.skipped,
        notes=tuple(f"{note} ({count}×)" for note, count in sorted(progress.notes.items())),
    )


def _short(progress: Progress) -> list[str]:
    """Listings in which fewer ads were found than the source claims; one in a hundred may go while pages are turned."""
    return [
        f"listing {name!r} claims {total} ads, {len(ids) + rejects} were found"
        for name, (total, ids, rejects) in progress.listings.items()
        if total is not None and len(ids) + rejects < total - total // 100
    ]
