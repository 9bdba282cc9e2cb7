"""What must be remembered of a host from one run to the next, and the two doors behind which a store may stand."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class HostState:
    """All that we know of one host; times aware UTC, None: never seen."""

    not_before: datetime | None = None  #: the host asked to be left alone until then
    robots_body: bytes | None = None  #: at most 512 KiB
    robots_status: int | None = None
    robots_fetched_at: datetime | None = None
    tdm_body: bytes | None = None  #: /.well-known/tdmrep.json, at most 512 KiB
    tdm_status: int | None = None
    tdm_fetched_at: datetime | None = None


class HostMemory(Protocol):
    """A store of host states; the key is `host`, or `host:port` for anything but https on 443."""

    def load(self, host: str) -> HostState | None: ...

    def save(self, host: str, state: HostState) -> None: ...


class Validators(Protocol):
    """A store of ETag and Last-Modified, verbatim, per URL.

    `put` is called on every 200, also with (None, None), before the page is parsed: a store must make it
    durable together with what was read from the page, or a failed parse would be answered by 304 ever after.
    """

    def get(self, url: str) -> tuple[str | None, str | None] | None: ...

    def put(self, url: str, etag: str | None, last_modified: str | None) -> None: ...


class MemoryHosts:
    """Host states that live as long as the process."""

    def __init__(self) -> None:
        self.states: dict[str, HostState] = {}

    def load(self, host: str) -> HostState | None:
        return self.states.get(host)

    def save(self, host: str, state: HostState) -> None:
        self.states[host] = state


class Remembered:
    """A read-once, write-through view of a `HostMemory`."""

    def __init__(self, memory: HostMemory) -> None:
        self._memory = memory
        self._seen: dict[str, HostState] = {}

    def get(self, host: str) -> HostState:
        """The state of a host; an empty one if nothing is known."""
        if (state := self._seen.get(host)) is None:
            state = self._seen[host] = self._memory.load(host) or HostState()
        return state

    def forget(self, host: str) -> None:
        """Read a host's state anew at the next look: another process may have written it."""
        self._seen.pop(host, None)

    def update(self, host: str, **changes: Any) -> None:
        """Change fields of a host's state, and save it at once: the process may die any time."""
        self._seen[host] = state = replace(self.get(host), **changes)
        self._memory.save(host, state)
