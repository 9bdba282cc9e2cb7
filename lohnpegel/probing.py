"""A look at each source's first pages: what it would yield, and what is wrong; nothing is stored."""

from dataclasses import dataclass

from scheduler.plan import CrawlPlan, SourcePlan
from scraper import sources
from scraper.errors import ScraperError
from scraper.fetch.client import Fetcher
from scraper.fetch.memory import MemoryHosts
from scraper.model import Options, Request
from scraper.parse.worker import Parsers
from scraper.pipeline import explained

MOST_PAGES = 4  #: asked of one source: listings on the way to an ad, then one ad


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source said."""

    source: str
    kind: str
    pages: int = 0
    ads: int = 0
    rejects: int = 0
    further: int = 0  #: pages it would ask next
    claimed: int | None = None  #: ads that it says it has
    first: str | None = None  #: title of the first ad read
    notes: tuple[str, ...] = ()
    error: str | None = None


async def probe_all(plan: CrawlPlan) -> list[Probe]:
    """Every source of the plan, one after the other."""
    async with Fetcher(plan.conduct, MemoryHosts()) as fetcher, Parsers() as parsers:
        return [await _probe(plan, one, fetcher, parsers) for one in plan.sources]


async def _probe(plan: CrawlPlan, source: SourcePlan, fetcher: Fetcher, parsers: Parsers) -> Probe:
    module = sources.load(source.kind)
    town = plan.profile.town
    pages = ads = rejects = further = 0
    claimed: int | None = None
    first: str | None = None
    notes: list[str] = []
    error: str | None = None
    try:
        queue = module.start(Options(source.terms, town.name, plan.radius_km, source.settings))
        while queue and pages < MOST_PAGES:
            request = queue.pop(0)
            parsed = await parsers.parse(module, await fetcher.get(request))
            pages += 1
            ads += len(parsed.postings)
            rejects += len(parsed.rejects)
            claimed = parsed.total if claimed is None else claimed
            first = first or (parsed.postings[0].title if parsed.postings else None)
            notes += (*parsed.notes, *(one.reason for one in parsed.rejects[:3]))
            further = max(further, len(parsed.requests))
            queue = _way(list(parsed.requests)) + ([] if request.kind == "detail" else queue)
            if first is not None and not any(one.kind == "detail" for one in queue[:1]):
                break
    except ScraperError as caught:
        error = f"{type(caught).__name__}: {explained(caught, module)}"
    return Probe(source.name, source.kind, pages, ads, rejects, further, claimed, first, tuple(dict.fromkeys(notes)), error)


def _way(requests: list[Request]) -> list[Request]:
    """What to look at next: one ad if there is any, else the first further listing."""
    details = [one for one in requests if one.kind == "detail"]
    return details[:1] or requests[:1]
