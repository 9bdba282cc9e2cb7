"""Parsing of foreign pages where nothing can hang: a scan in process, a tree only in a worker that may be killed.

What the scan does is linear and bounded; the tree builder is neither (80 KB can ask for gigabytes). So `Parsers` tries a page
without any tree, and sends it to a process of limited memory and time only if one turns out to be needed. A page that broke
the worker is remembered by the hash of its body and refused from then on.
"""

import asyncio
import ctypes
import resource
import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from hashlib import blake2b
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Protocol, Self

from pebble import ProcessExpired, ProcessPool

from scraper import sources
from scraper.errors import PoisonPage, ScraperError
from scraper.model import Page, Parsed, Source
from scraper.parse.html import TreeNeeded, no_trees

LIMIT_S = 10.0  #: seconds that a page may take in the worker
MEMORY_MB = 1024  #: address space of the worker
WHOLE = 1_000_000  #: bytes from which on a page goes to the worker unseen
_KEEP = 512 << 20  #: bytes that the worker's allocator keeps between pages; giving them back after each page doubles its cost
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3  # malloc.h

Answer = tuple[Parsed | None, tuple[type[ScraperError], str, dict[str, Any]] | None]


class Poison(Protocol):
    """Where pages that broke the worker are remembered; keys are hashes of bodies."""

    def known(self, key: str) -> str | None:
        """Why the page was given up; None if it never was."""
        ...

    def mark(self, key: str, reason: str) -> None: ...


class InMemory:
    """Remembers for as long as the process lives."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def known(self, key: str) -> str | None:
        return self._reasons.get(key)

    def mark(self, key: str, reason: str) -> None:
        self._reasons[key] = reason


class Parsers:
    """Parses pages of any source, those of `HTML = True` sources without risk.

    ::

        async with Parsers() as parsers:
            parsed = await parsers.parse(source, page)

    Args:
        limit_s: Seconds that a page may take in the worker.
        memory_mb: Address space of the worker, in MiB.
        workers: Processes at most; started when first needed.
        poison: Where pages that broke the worker are remembered; for this process only if None.
    """

    def __init__(
        self, limit_s: float = LIMIT_S, memory_mb: int = MEMORY_MB, workers: int = 1, poison: Poison | None = None
    ) -> None:
        self._limit_s = limit_s
        self._memory = memory_mb << 20
        self._workers = workers
        self._poison: Poison = poison or InMemory()
        self._pool: ProcessPool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if (pool := self._pool) is not None:
            self._pool = None
            await asyncio.to_thread(_stop, pool)

    async def parse(self, source: Source, page: Page) -> Parsed:
        """What the page yields.

        Raises:
            PoisonPage: the page took too much time or memory, now or before.
            ScraperError: whatever the source says of it.
        """
        if not getattr(source, "HTML", False):
            return source.parse(page)
        if len(page.body) < WHOLE:
            try:
                with no_trees():
                    return source.parse(page)
            except TreeNeeded:
                pass
        return await self._apart(source.NAME, page)

    async def _apart(self, kind: str, page: Page) -> Parsed:
        key = page.archive_hash or blake2b(page.body, digest_size=32).hexdigest()
        if (reason := self._poison.known(key)) is not None:
            raise PoisonPage(f"not read again: {reason}")
        if self._pool is None:
            self._pool = ProcessPool(
                self._workers, initializer=_limited, initargs=(self._memory,), context=get_context("forkserver")
            )
        future: Future[Answer] = self._pool.schedule(_read, args=(kind, page), timeout=self._limit_s)
        try:
            parsed, failed = await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise self._given_up(key, f"not parsed within {self._limit_s:g} s") from error
        except MemoryError as error:
            raise self._given_up(key, f"parsing needs more than {self._memory >> 20} MB") from error
        except ProcessExpired as error:
            raise self._given_up(key, f"the parser died of it (exit code {error.exitcode})") from error
        except BrokenProcessPool as error:  # it died before it could say of which page; the next page begins with a new one
            broken, self._pool = self._pool, None
            await asyncio.to_thread(_stop, broken)
            raise self._given_up(key, "the parser died of it") from error
        if failed is not None:
            error_of = _error(*failed)
            if isinstance(error_of, PoisonPage):
                self._poison.mark(key, str(error_of))
            raise error_of
        assert parsed is not None
        return parsed

    def _given_up(self, key: str, reason: str) -> PoisonPage:
        self._poison.mark(key, reason)
        return PoisonPage(reason)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it without annotation
    pool.join()


def _limited(memory: int) -> None:
    """Begin a worker: bounded memory, and an allocator that does not give it back after every page."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ends it at once, also deep inside of the tree builder
    keep_memory()


def keep_memory(kept: int = _KEEP) -> None:
    """Tell glibc to keep freed memory; another C library is left as it is."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_TRIM_THRESHOLD, kept)
        mallopt(_M_TOP_PAD, 16 << 20)
        mallopt(_M_MMAP_THRESHOLD, 32 << 20)


def _read(kind: str, page: Page) -> Answer:
    """In the worker. Errors travel in parts: their constructors take other arguments than they keep."""
    try:
        return sources.load(kind).parse(page), None
    except ScraperError as error:
        return None, (type(error), str(error), vars(error))


def _error(kind: type[ScraperError], message: str, fields: dict[str, Any]) -> ScraperError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    vars(error).update(fields)
    return error
