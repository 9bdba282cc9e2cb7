"""Reading archived pages again, wherever: a portion of work in, postings out. Nothing is written here.

The same function runs in this process, in processes beside it, and on the workers of a Dask cluster.
"""

import copyreg
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from types import MappingProxyType

from scraper import sources
from scraper.discreet import discreet, trace
from scraper.legible import legible
from scraper.model import Posting
from scraper.normalise.posting import normalise
from scraper.profile import Profile
from scraper.reading import read_here
from storage.archive import Archive
from storage.reparse import Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Where:
    """What a reader must know of the whole."""

    archive_url: str
    profile: Profile
    kinds: Mapping[str, str]  #: of each source


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a portion."""

    last: int  #: number of the last page
    postings: Mapping[str, list[Posting]]  #: by source
    unread: list[str]  #: pages that cannot be read, and why


_open: dict[str, Archive] = {}  # a process reads one archive for as long as it lives


def _frozen(plain: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(plain)


copyreg.pickle(MappingProxyType, lambda proxy: (_frozen, (dict(proxy),)))  # frozen profiles travel to the readers


def read(where: Where, portion: list[Work]) -> Read:
    """Read some pages again; one that cannot be read costs only its own ads."""
    archive = _open.get(where.archive_url)
    if archive is None:
        archive = _open[where.archive_url] = Archive(where.archive_url, read_only=True)
    found: dict[str, list[Posting]] = {}
    unread: list[str] = []
    for one, archived in zip(portion, archive.take([w.fetch_id for w in portion]), strict=True):
        page = archived.page
        try:
            kind = where.kinds[one.source]
            parsed = sources.load(kind).parse(page) if kind in sources.available() else read_here(page).parsed  # an import
            ads = [replace(legible(raw), source=one.source) for raw in parsed.postings if raw.source_id in one.ads]
            made = [replace(normalise(raw, page.fetched_at, where.profile), archive_hash=page.archive_hash) for raw in ads]
        except Exception as error:
            log.exception("%s: cannot be read again", page.request.url, exc_info=trace(error))
            unread.append(discreet(f"{page.request.url}: {type(error).__name__}: {error}")[:300])
            continue
        found.setdefault(one.source, []).extend(made)
    return Read(portion[-1].fetch_id, found, unread)


def read_beside(workers: int, where: Where, portions: Iterator[list[Work]]) -> Iterator[Read]:
    """By processes of this machine, which end with this one."""
    context = get_context("spawn")  # a forked child would share the parent's open database
    with ProcessPoolExecutor(workers, context, _begin) as pool:
        yield from ahead(pool.submit, where, portions, workers * 3)


def ahead(
    submit: Callable[[Callable[[Where, list[Work]], Read], Where, list[Work]], "Future[Read]"],
    where: Where,
    portions: Iterator[list[Work]],
    most: int,
) -> Iterator[Read]:
    """Results in order, at most so many portions ahead of whoever takes them."""
    waiting: deque[Future[Read]] = deque()
    for portion in portions:
        waiting.append(submit(read, where, portion))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _begin() -> None:
    """Begin a process that ends with whoever started it, however that ends."""
    if (parent := parent_process()) is not None:
        threading.Thread(target=_ends_with, args=(parent.sentinel,), daemon=True).start()


def _ends_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
