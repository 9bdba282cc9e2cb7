"""What holds for every test: no network beyond loopback, one repeatable hypothesis profile."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import databases

settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")

#: modules whose tests run on either kind of database
ON_A_SERVER = {
    "test_crawl_faults", "test_notices", "test_reparse", "test_report_columns", "test_storage_kill", "test_storage_save",
}  # fmt: skip


class NetworkTouched(AssertionError):
    """A test tried to leave the machine."""


def _local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every connection to another address than loopback fails the test that tries it."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _local(address):
            raise NetworkTouched(f"a test tried to connect to {address!r}")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _local(address):
            raise NetworkTouched(f"a test tried to connect to {address!r}")
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="which kind of database tests run on")


def pytest_configure(config: pytest.Config) -> None:
    databases.kind = config.getoption("--database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a server only what takes its database from `tests.databases` is run.

    Without a server it is skipped, or fails where one is due (LOHNPEGEL_TEST_POSTGRES_DUE, as in CI).
    """
    if databases.kind == "sqlite":
        return
    config.hook.pytest_deselected(items=[item for item in items if item.path.stem not in ON_A_SERVER])
    items[:] = [item for item in items if item.path.stem in ON_A_SERVER]
    if databases.server() is None:
        if os.environ.get("LOHNPEGEL_TEST_POSTGRES_DUE"):
            pytest.exit("no PostgreSQL server on loopback and no binaries to start one; install Debian's postgresql", 1)
        for item in items:
            item.add_marker(
                pytest.mark.skip(reason="no PostgreSQL server on loopback, and none of Debian's binaries to start one")
            )
