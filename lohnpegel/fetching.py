"""One page fetched by all the rules of a crawl, for commands that a person runs."""

from lohnpegel.cli._state import program_version
from lohnpegel.errors import UsageError
from lohnpegel.settings import Settings
from scraper.fetch.client import Fetcher
from scraper.fetch.limits import NoContact
from scraper.fetch.memory import HostMemory, MemoryHosts
from scraper.model import Page, Request


async def once(settings: Settings, url: str, hosts: HostMemory | None = None) -> Page:
    """Fetch a page politely, once.

    Args:
        hosts: What is remembered of hosts; None begins afresh.

    Raises:
        UsageError: there is no contact to fetch it with.
        FetchError: it could not be had.
    """
    conduct = settings.conduct(program_version())
    try:
        conduct.check()
    except NoContact as error:
        raise UsageError(f"{url}: {error}") from error
    async with Fetcher(conduct, hosts or MemoryHosts()) as fetcher:
        return await fetcher.get(Request(url))
