"""What every command shares: the configuration, read once and only when needed."""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from lohnpegel.errors import UsageError

if TYPE_CHECKING:
    from lohnpegel.settings import Settings


def program_version() -> str:
    """The installed version; "0" in a tree that was never installed."""
    try:
        return version("lohnpegel")
    except PackageNotFoundError:
        return "0"


@dataclass
class State:
    """The options before the subcommand, and how the log is written."""

    config: Path
    verbose: bool = False

    @cached_property
    def settings(self) -> "Settings":
        from lohnpegel.settings import load

        settings = load(self.config)
        self.log(**settings.log.model_dump())
        return settings

    def log(self, **how: Any) -> None:
        """Begin the log; what is said of it (the fields of `lohnpegel.logs.Logging`) holds until it is said otherwise."""
        from lohnpegel.logs import Logging, begin

        self._how |= how
        begin(Logging(verbose=self.verbose, **self._how))

    _how: dict[str, Any] = field(default_factory=dict, repr=False)


def end_of(day: str | None) -> datetime | None:
    """The last second of a day that --as-of names, UTC; None for None.

    Raises:
        UsageError: it is no day.
    """
    try:
        return datetime.fromisoformat(day).replace(hour=23, minute=59, second=59, tzinfo=UTC) if day else None
    except ValueError:
        raise UsageError(f"--as-of {day}: is no date; write it as 2026-11-01") from None


def print_json(value: Any) -> None:
    """Machine-readable output: one JSON document, keys in the order given."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
