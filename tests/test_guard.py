"""The guard itself: a test that leaves the machine fails."""

import asyncio
import socket

import pytest

from tests.conftest import NetworkTouched


def test_a_connection_to_the_outside_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(NetworkTouched):
        outside.connect(("192.0.2.1", 80))


def test_asyncio_is_guarded_too() -> None:
    async def leave() -> None:
        await asyncio.open_connection("192.0.2.1", 80)

    with pytest.raises(NetworkTouched):
        asyncio.run(leave())


def test_loopback_is_open() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        assert client.getpeername() == server.getsockname()
