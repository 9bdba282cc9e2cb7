"""What a run is asked to do: values made from the configuration by the front door. Nothing here does anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from scheduler.timetable import Timetable
from scraper.fetch.limits import Conduct
from scraper.model import RunState
from scraper.profile import Profile

Progress = Callable[[str, int, int | None], None]  #: what is being done (a source, "grouping"), how much of it, and of how much


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """One configured source."""

    name: str  #: the block's name; ads are stored under it
    kind: str  #: module in scraper/sources
    terms: tuple[str, ...]
    settings: Mapping[str, Any]
    table: Timetable | None = None  #: when it is crawled; None: by hand only
    named: bool = False  #: somebody asked for this one by name: it does not rest


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """Everything that a crawl needs to know."""

    sources: tuple[SourcePlan, ...]
    profile: Profile
    radius_km: int
    conduct: Conduct
    database_url: str
    archive_url: str
    version: str
    config_hash: str
    full_every: timedelta = timedelta(hours=20)
    max_pages: int = 5000
    batch: int = 200  #: ads in one transaction
    in_order: bool = False  #: last batches are stored in the order of names: ads get equal numbers, runs equal ids each time
    archive_life: timedelta = timedelta(days=30)  #: after which raw pages are deleted


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """How one source fared."""

    source: str
    state: RunState
    complete: bool
    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    reopened: int = 0
    rejects: int = 0
    requests: int = 0
    details_fetched: int = 0
    details_skipped: int = 0
    error: str | None = None
    notes: tuple[str, ...] = ()
    left: bool = False  #: told to stop before its end: it is still due


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """How a crawl ended."""

    run_id: str
    sources: tuple[SourceSummary, ...]
    vacancies: int = 0  #: openings known after it

    @property
    def exit_code(self) -> int:
        """0: every source ended ok; 1: one did not."""
        return int(any(source.state != "ok" for source in self.sources))
