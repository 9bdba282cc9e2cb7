"""The wire: answers in every framing, connections kept or let go, nothing that breaks out of its line."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import pytest

from scraper.fetch.wire import Wire


async def said(answers: list[list[bytes]], ask: Callable[[Wire, str], Awaitable[object]]) -> tuple[object, int]:
    """What comes of asking a server that sends these pieces to one request after the other; and its connections."""
    left, served = list(answers), list[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.append(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while left:
                await reader.readuntil(b"\r\n\r\n")
                pieces = left.pop(0)
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if pieces[-1] == b"":
                    break
            else:
                await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        try:
            async with Wire() as wire:
                found = await ask(wire, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x")
        finally:
            await asyncio.sleep(0.01)
            await asyncio.gather(*served)
    return found, len(served)


async def body(wire: Wire, url: str) -> bytes:
    answer = await wire.handle_async_request(httpx.Request("GET", url))
    try:
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        return b"".join([chunk async for chunk in answer.stream])
    finally:
        await answer.aclose()


async def twice(wire: Wire, url: str) -> bytes:
    return await body(wire, url) + await body(wire, url)


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
WHOLE = {
    "length": ([PLAIN], b"hi"),
    "in pieces": ([PLAIN[:9], PLAIN[9:20], PLAIN[20:]], b"hi"),
    "chunked with trailers": (
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n", b"1\r\ni\r\n0\r\nX-Sum: 1\r\n\r\n"], b"hi"),
    "until the end": ([b"HTTP/1.1 200 OK\r\n\r\nhi", b""], b"hi"),
    "hints first": ([b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN], b"hi"),
    "no body": ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
    "a second answer that nobody asked for": ([PLAIN + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"], b"hi"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_framing(name: str) -> None:
    pieces, expected = WHOLE[name]
    assert asyncio.run(said([pieces], body))[0] == expected


@pytest.mark.parametrize(
    ("first", "connections"),
    [
        ([PLAIN], 1),
        (WHOLE["chunked with trailers"][0], 1),
        ([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", b""], 2),
        ([b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", b""], 2),
        (WHOLE["a second answer that nobody asked for"][0], 2),
    ],
)
def test_a_connection_is_kept_only_where_it_is_clean(first: list[bytes], connections: int) -> None:
    assert asyncio.run(said([first, [PLAIN]], twice)) == (b"hihi", connections)


TORN = {
    "nothing": ([b""], "without sending a response"),
    "half a head": ([b"HTTP/1.1 200 OK\r\nContent-", b""], "without sending a response"),
    "half a body": ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", b""], "without sending complete"),
    "half a chunk": ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhi", b""], "without sending complete"),
    "no HTTP": ([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], "Expected HTTP"),
    "two lengths": ([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi"], "Content-Length"),
    "another protocol": ([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"], "another protocol"),
    "endless headers": ([b"HTTP/1.1 200 OK\r\n", b"X-Fill: " + b"y" * 70_000, b"y" * 70_000], "bytes of headers"),
    "endless chunk marks": (
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1;" + b"e" * 60_000 + b"\r\nh\r\n"] * 3],
        "bytes of headers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TORN)
def test_what_is_no_whole_answer_is_an_error(name: str) -> None:
    pieces, words = TORN[name]
    with pytest.raises(httpx.RemoteProtocolError, match=words):
        asyncio.run(said([pieces], body))


def test_a_large_body_waits_for_its_reader() -> None:
    large = b"x" * 3_000_000

    async def slowly(wire: Wire, url: str) -> int:
        answer = await wire.handle_async_request(httpx.Request("GET", url))
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        largest = total = 0
        async for chunk in answer.stream:
            largest, total = max(largest, len(chunk)), total + len(chunk)
            await asyncio.sleep(0.005)
        await answer.aclose()
        assert total == len(large)
        return largest

    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(large)
    largest, _ = asyncio.run(said([[head, large]], slowly))
    assert isinstance(largest, int) and largest < 1_000_000  # 256 KiB, and what one read of the socket brings


def test_a_body_left_early_closes_the_connection() -> None:
    async def early(wire: Wire, url: str) -> bytes:
        answer = await wire.handle_async_request(httpx.Request("GET", url))
        await answer.aclose()
        return await body(wire, url)

    endless = [b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n", b"some"]
    assert asyncio.run(said([endless, [PLAIN]], early)) == (b"hi", 2)


@pytest.mark.parametrize(
    ("method", "headers"),
    [("GET", {"X": "a\r\nEvil: 1"}), ("GET", {"X\r\nEvil": "1"}), ("GET", {"X": "\x00"}), ("GE T", {})],
)
def test_nothing_breaks_out_of_its_line(method: str, headers: dict[str, str]) -> None:
    async def ask(wire: Wire, url: str) -> None:
        await wire.handle_async_request(httpx.Request(method, url, headers=headers))

    with pytest.raises(httpx.LocalProtocolError):
        asyncio.run(said([[PLAIN]], ask))


def test_nobody_there() -> None:
    with pytest.raises(httpx.ConnectError):
        asyncio.run(body(Wire(), "http://127.0.0.1:9/"))
