"""Reading the archive again on the workers of a Dask cluster; the one writer stays where it is."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any, cast

from scheduler.errors import NotACluster
from scheduler.reread import Read, Where, ahead
from storage.reparse import Work

AHEAD = 4  #: portions that wait for each worker


def read_far(address: str, where: Where, portions: Iterator[list[Work]]) -> Iterator[Read]:
    """Results in order. A worker that dies costs only time: its portions are read by another.

    Args:
        address: Of a Dask scheduler, `tcp://HOST:8786`, or `local:N` for N workers of this machine.
        where: As for every reader; on several machines the archive must be on a server, or on a disk that all of them see.
        portions: The work.

    Raises:
        NotACluster: Dask is not installed, or nobody answers there.
    """
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        raise NotACluster("Dask is not installed; run `pip install 'lohnpegel[cluster]'`") from error
    with ExitStack() as stack:
        if address.startswith("local:"):
            own = LocalCluster(n_workers=int(address[6:]), threads_per_worker=1, dashboard_address=None, host="127.0.0.1")  # type: ignore[no-untyped-call]
            target: Any = stack.enter_context(own)
        else:
            target = address
        try:
            client = stack.enter_context(Client(target, timeout=10))  # type: ignore[no-untyped-call]
        except OSError as error:
            raise NotACluster(f"{address}: no Dask scheduler answers there; start `dask scheduler`") from error
        workers = max(1, len(client.scheduler_info()["workers"]))

        def submit(function: Any, where: Where, portion: list[Work]) -> "Future[Read]":
            return cast("Future[Read]", client.submit(function, where, portion, pure=False))

        yield from ahead(submit, where, portions, workers * AHEAD)
