"""What every command shares: the configuration, read once and only when needed."""

import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

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
    """The options before the subcommand."""

    config: Path
    verbose: bool

    @cached_property
    def settings(self) -> "Settings":
        from lohnpegel.settings import load

        return load(self.config)


def print_json(value: Any) -> None:
    """Machine-readable output: one JSON document, keys in the order given."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
