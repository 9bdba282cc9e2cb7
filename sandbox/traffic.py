"""Who is being asked at the same time: the server's own account of how politely, and how much side by side, it was crawled."""

import threading
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

MEETING_S = 20.0  #: after which those who wait for the others give up


class Traffic:
    """Requests in hand, by host; every host of a `Web` reports here.

    >>> traffic = Traffic()
    >>> with traffic.in_hand("a"), traffic.in_hand("b"), traffic.in_hand("b"):
    ...     pass
    >>> traffic.hosts, traffic.most_of_one, traffic.most_hosts
    (2, 2, 2)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: Counter[str] = Counter()
        self._most: Counter[str] = Counter()
        self._meeting: dict[str, threading.Barrier] = {}
        self.most_hosts = 0  #: that had a request in hand at the same moment

    @property
    def hosts(self) -> int:
        """That were asked at all."""
        return len(self._most)

    @property
    def most_of_one(self) -> int:
        """Requests that one host had in hand at the same moment; 1 where it was asked one thing at a time."""
        return max(self._most.values(), default=0)

    def meet(self, hosts: Collection[str]) -> None:
        """From now on the next request to each of these is answered only once all of them have one in hand.

        A crawler that asks them one after the other never gets there: it waits `MEETING_S`, and `most_hosts` tells.
        """
        together = threading.Barrier(len(hosts))
        with self._lock:
            self._meeting = dict.fromkeys(hosts, together)

    @contextmanager
    def in_hand(self, host: str) -> Iterator[None]:
        """While a request to the host is answered."""
        with self._lock:
            self._now[host] += 1
            self._most[host] = max(self._most[host], self._now[host])
            self.most_hosts = max(self.most_hosts, sum(count > 0 for count in self._now.values()))
            together = self._meeting.pop(host, None)
        try:
            if together is not None:
                _wait(together)
            yield
        finally:
            with self._lock:
                self._now[host] -= 1


def _wait(together: threading.Barrier) -> None:
    try:
        together.wait(MEETING_S)
    except threading.BrokenBarrierError:
        return
