"""Pages that a person brings by hand, to stored ads: read → normalise → archive → save, under the same lock as a crawl."""

import asyncio
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from structlog.contextvars import bound_contextvars

from lohnpegel.cli._state import program_version
from lohnpegel.fetching import once
from lohnpegel.saved import NO_ADDRESS, UnreadableFile, is_nowhere, page_of_file
from lohnpegel.settings import Settings
from scheduler.lock import writing
from scheduler.plan import Progress
from scraper.discreet import discreet_reject
from scraper.errors import ScraperError
from scraper.model import Page, Parsed, Posting, Reject
from scraper.normalise.posting import VERSION, normalise
from scraper.parse.worker import Parsers
from scraper.profile import Profile
from scraper.reading import read
from storage import migrate, vacancies
from storage.archive import Archive
from storage.engine import open_engine
from storage.hosts import Hosts
from storage.runs import Runs
from storage.save import Store

SOURCE = "import"  #: the name under which imported ads are stored


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file or address."""

    item: str
    kind: str | None = None  #: of the source that could read it
    ads: int = 0
    rejects: int = 0
    error: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of them all."""

    items: tuple[Imported, ...]
    new: int
    changed: int
    unchanged: int

    @property
    def exit_code(self) -> int:
        """0: all were read; 1: one was not."""
        return int(any(one.error is not None for one in self.items))


@dataclass
class _Basket:
    """What has been read and is not yet stored."""

    items: list[Imported] = field(default_factory=list)
    pages: list[tuple[Page, Parsed]] = field(default_factory=list)


def run_import(settings: Settings, items: list[str], kind: str | None = None, progress: Progress | None = None) -> ImportSummary:
    """Read files and addresses and store their ads; `progress` is told of each, and of the grouping.

    Raises:
        UsageError: an address without a contact to fetch it with.
        Busy: another run holds the lock.
        StorageError: the database cannot be used.
    """
    now = datetime.now(UTC)
    with ExitStack() as stack:
        stack.enter_context(writing(settings.storage.url, "import"))
        engine = open_engine(settings.storage.url)
        stack.callback(engine.dispose)
        migrate.upgrade(engine)
        archive = stack.enter_context(closing(Archive(settings.storage.archive_url)))
        runs = Runs(engine, lambda: datetime.now(UTC))
        basket = asyncio.run(_gather(settings, Hosts(engine), items, kind, progress))
        run_id = runs.start_run("import", program_version(), settings.fingerprint())
        stack.enter_context(bound_contextvars(run=run_id))
        runs.start_source_run(run_id, SOURCE, SOURCE)
        profile = Profile(settings.town, settings.scope)
        postings: list[Posting] = []
        store = Store(engine, VERSION)
        rejects = 0
        for page, parsed in basket.pages:
            key = archive.put(page, SOURCE, run_id)
            postings += _normalised(page, parsed, key, profile)
            rejects += store.save_rejects(run_id, SOURCE, tuple(map(discreet_reject, parsed.rejects)), now, key)
        counts = store.save_batch(run_id, SOURCE, postings, (), now)
        vacancies.update(engine, run_id, datetime.now(UTC), progress)
        summary = ImportSummary(tuple(basket.items), counts.new, counts.changed, counts.unchanged)
        state = "partial" if summary.exit_code else "ok"
        books = {"seen": len(postings), "new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}
        books |= {"pages": len(basket.pages), "rejects": rejects}
        runs.end_source_run(run_id, SOURCE, "ok", books)  # never complete: what is not imported again is not gone
        runs.end_run(run_id, state)  # type: ignore[arg-type]  # both are states of a run
    return summary


async def _gather(settings: Settings, hosts: Hosts, items: list[str], kind: str | None, progress: Progress | None) -> _Basket:
    basket = _Basket()
    async with Parsers() as parsers:
        for number, item in enumerate(items):
            if progress is not None:
                progress("reading", number, len(items))
            try:
                page = await _page(settings, hosts, item)
            except (ScraperError, UnreadableFile) as error:
                basket.items.append(Imported(item, error=str(error)))
                continue
            try:
                told = await read(page, kind, parsers)
            except ScraperError as error:
                basket.items.append(Imported(item, rejects=1, error=str(error)))
                basket.pages.append((page, Parsed(rejects=(Reject(str(error), url=page.request.url),))))
                continue
            parsed = _placed(told.parsed, page)
            note = NO_ADDRESS if any(is_nowhere(ad.url) for ad in parsed.postings) else None
            basket.items.append(Imported(item, told.kind, len(parsed.postings), len(parsed.rejects), note=note))
            basket.pages.append((page, parsed))
    return basket


def _placed(parsed: Parsed, page: Page) -> Parsed:
    """Each reject with the address of its page, where it has none of its own."""
    return replace(parsed, rejects=tuple(replace(one, url=one.url or page.request.url) for one in parsed.rejects))


async def _page(settings: Settings, hosts: Hosts, item: str) -> Page:
    """A file, or an address fetched once by all the rules of a crawl."""
    if not item.startswith(("http://", "https://")):
        return page_of_file(Path(item))
    return await once(settings, item, hosts)


def _normalised(page: Page, parsed: Parsed, archive_hash: str, profile: Profile) -> list[Posting]:
    ads = (normalise(replace(raw, source=SOURCE, revision=None), page.fetched_at, profile) for raw in parsed.postings)
    return [replace(ad, archive_hash=archive_hash) for ad in ads]
