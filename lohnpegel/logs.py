"""The log: lines for people on a terminal, one JSON object a line elsewhere; it holds no secret, and foreign text forges no line.

Rooms write with the standard library's `logging`; here alone it is decided where that goes. The id of the run that is at work
stands in every line (`run`), bound with `structlog.contextvars` where the run begins.
"""

import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.stdlib import ProcessorFormatter

from lohnpegel.errors import ConfigError
from scraper.redact import redacted

Format = Literal["auto", "human", "json"]
Level = Literal["debug", "info", "warning", "error"]
Event = MutableMapping[str, Any]

CHATTY = ("httpx", "httpcore", "apscheduler", "apprise", "urllib3", "sqlalchemy", "alembic", "asyncio", "procrastinate")
SECRET_PREFIX = "LOHNPEGEL_SECRET_"  # noqa: S105 - of names, no secret itself
LEAST_SECRET = 4  #: letters; a shorter value would cover half of every line
#: what moves the cursor, ends a line, turns its direction, or cannot be written
_FORGING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_hidden: set[str] = set()


@dataclass(frozen=True, slots=True)
class Logging:
    """How the log is to be written."""

    format: Format = "auto"
    level: Level = "info"
    file: Path | None = None
    quiet: bool = False  #: only what is wrong
    verbose: bool = False  #: everything, that of libraries as well
    service: bool = False  #: nobody reads what the command prints: a terminal gets every line too


def begin(how: Logging, stream: TextIO | None = None) -> None:
    """Send the log where it belongs; called again, the last call holds.

    On a terminal a command prints what it does, so its log holds only what is wrong unless `verbose` or `service` ask for more.

    Args:
        how: The configuration and the options of the command.
        stream: Instead of stderr.

    Raises:
        ConfigError: the log file cannot be written.
    """
    stream = stream or sys.stderr
    level = logging.DEBUG if how.verbose else getattr(logging, how.level.upper())
    seen = max(level, logging.WARNING) if how.quiet or (stream.isatty() and not how.verbose and not how.service) else level
    handlers: list[logging.Handler] = []
    if how.file is None or stream.isatty():
        handlers.append(_handler(logging.StreamHandler(stream), how.format, seen, terminal=stream.isatty()))
    if how.file is not None:
        handlers.append(_handler(_file(how.file), how.format, level, terminal=False))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one.formatter, ProcessorFormatter)]:
        root.removeHandler(old)
        if isinstance(old, WatchedFileHandler):
            old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(min((one.level for one in handlers), default=logging.WARNING))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if how.verbose else logging.WARNING)
    logging.raiseExceptions = False  # a full disk under the log must not end the run


def hide(values: Iterable[str]) -> None:
    """Leave these values out of every line from now on."""
    _hidden.update(value for value in values if len(value) >= LEAST_SECRET)


def legible(text: str) -> str:
    r"""A text in one line: whatever could end it, colour it or turn it around is written out.

    >>> legible("ok\n2026-11-22 INFO all is well \x1b[2J\u202e")
    'ok\\n2026-11-22 INFO all is well \\x1b[2J\\u202e'
    """
    return _FORGING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def without_secrets(text: str) -> str:
    """A text without any secret of the environment or of `hide`, and without keys in addresses."""
    return redacted(covered(text))


def covered(text: str) -> str:
    """A text without any secret of the environment or of `hide`."""
    secrets = {value for name, value in os.environ.items() if name.startswith(SECRET_PREFIX) and len(value) >= LEAST_SECRET}
    for value in sorted(secrets | _hidden, key=len, reverse=True):  # the longer first: one may be a part of another
        text = text.replace(value, "…")
    return text


def _file(path: Path) -> WatchedFileHandler:
    """A file that is opened anew when a rotation has moved it away."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return WatchedFileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(f"[log] file: {path}: cannot be written ({error.strerror}); mend its rights or name another") from error


def _handler(handler: logging.Handler, form: Format, level: int, *, terminal: bool) -> logging.Handler:
    human = form == "human" or (form == "auto" and terminal)
    last: list[Any] = [_lines, _renderer(colours=terminal and "NO_COLOR" not in os.environ)] if human else [_json]
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _safe,
    ]
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=before, processors=[ProcessorFormatter.remove_processors_meta, *last])
    )
    handler.setLevel(level)
    return handler


def _renderer(*, colours: bool) -> Callable[..., str]:
    return structlog.dev.ConsoleRenderer(colors=colours, sort_keys=False, pad_event_to=0)


def _safe(_logger: Any, _name: str, event: Event) -> Event:
    """Every text without secrets and on one line; a traceback keeps its lines."""
    for name in ("message", "asctime"):  # left in the record by another handler; no fields of ours
        event.pop(name, None)
    for key, value in event.items():
        if key in ("exception", "stack") and isinstance(value, str):
            event[key] = "\n".join(legible(line) for line in without_secrets(value).split("\n"))
        elif not key.startswith("_"):
            event[key] = _plain(value)
    return event


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return legible(without_secrets(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return legible(without_secrets(str(value)))


def _lines(_logger: Any, _name: str, event: Event) -> Event:
    """Each line of a traceback marked, so that none looks like a line of the log."""
    for key in ("exception", "stack"):
        if isinstance(event.get(key), str):
            event[key] = "\n".join(f"  | {line}" for line in event[key].split("\n"))
    return event


def _json(_logger: Any, _name: str, event: Event) -> str:
    told = {"timestamp": event.pop("timestamp", None), "level": event.pop("level", None), "event": event.pop("event", "")}
    return msgspec.json.encode({**told, **event}, enc_hook=str).decode()
