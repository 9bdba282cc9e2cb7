"""What the postman did, line by line on the disk, until it stands in the database: marking a message needs no lock of the run."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from storage.messages import Outcome


@dataclass(frozen=True, slots=True)
class Line:
    """How one letter ended."""

    letter: int  #: its place in the bag
    at: datetime  #: aware UTC
    error: str | None  #: None: the address took it
    outcomes: tuple[Outcome, ...]  #: of the messages in it


def write(path: Path, line: Line) -> None:
    """Add a line; it is on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, b"\n" + msgspec.json.encode(line))  # the line end first: a torn line spoils no other
        os.fsync(handle)
    finally:
        os.close(handle)


def lines(path: Path) -> list[Line]:
    """All that is written; a line torn by a kill is left out, as if its letter had not been sent."""
    try:
        raw = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return list(_read(raw))


def outcomes(path: Path) -> list[Outcome]:
    """What the lines say of each message."""
    return [one for line in lines(path) for one in line.outcomes]


def clear(path: Path) -> None:
    """Begin anew, once all of it stands in the database."""
    path.unlink(missing_ok=True)


def _read(raw: Iterable[bytes]) -> Iterable[Line]:
    for one in raw:
        if one.strip():
            try:
                yield msgspec.json.decode(one, type=Line)
            except msgspec.DecodeError:
                continue
