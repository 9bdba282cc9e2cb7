"""The outbox on its way out: where the journal lies, who may send, what goes to whom, and what came of it."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from lohnpegel.errors import ConfigError
from lohnpegel.logs import hide
from lohnpegel.notify import journal, post
from lohnpegel.notify.addresses import Address, address, target
from lohnpegel.settings import Settings
from scheduler.errors import Busy
from scheduler.lock import held, writing
from storage import migrate
from storage.engine import open_engine
from storage.messages import Outcome, Parcel
from storage.notices import Notices

log = logging.getLogger(__name__)


def journal_path(settings: Settings) -> Path:
    """Where the postman writes what he did: beside the database, or beside the report where that is on a server."""
    prefix = "sqlite:///"
    url = settings.storage.url
    home = Path(url.removeprefix(prefix)) if url.startswith(prefix) else settings.storage.report
    return home.with_name(home.name + ".outbox")


@contextmanager
def sending(settings: Settings) -> Iterator[None]:
    """Be the one process that sends, so that no two send the same; not the writers' lock: a run may begin meanwhile.

    Raises:
        Busy: another process sends.
    """
    path = journal_path(settings)
    with held(path.with_name(path.name + ".lock"), "alerts"):
        yield


@contextmanager
def books(settings: Settings, wait_s: float = 0.0) -> Iterator[Engine]:
    """The database for writing, under the writers' lock, at today's schema, with the journal brought in.

    Raises:
        Busy: a run is at work.
    """
    with writing(settings.storage.url, "alerts", wait_s):
        engine = open_engine(settings.storage.url)
        try:
            migrate.upgrade(engine)
            path = journal_path(settings)
            Notices(engine).note(journal.outcomes(path))
            journal.clear(path)
            yield engine
        finally:
            engine.dispose()


def dispatch(settings: Settings, parcels: list[Parcel], now: datetime) -> list[str]:
    """Send what is pending, and bring what came of it into the database unless a run has begun: then the next one does.

    Args:
        settings: The configuration.
        parcels: From the outbox; whoever calls is `sending`.
        now: Aware UTC.

    Returns:
        Why messages were not taken.
    """
    if not parcels:
        return []
    path = journal_path(settings)
    addresses, lacking = reachable(settings)
    for one in parcels:
        if one.target not in addresses:
            reason = lacking.get(one.target, post.UNKNOWN)
            outcome = Outcome(one.notice_id, one.target, one.attempts + 1, one.raised_at, now, reason)
            journal.write(path, journal.Line(-1, now, reason, (outcome,)))
    post.send(post.letters(parcels, addresses, prefix(settings)), path, settings.alerts.limit_s)
    reasons = sorted({line.error for line in journal.lines(path) if line.error})
    for reason in reasons:
        log.warning("a message was not taken, it is tried again: %s", reason)
    with suppress(Busy), books(settings):
        pass
    return reasons


def reachable(settings: Settings) -> tuple[dict[str, Address], dict[str, str]]:
    """The configured addresses by target: those that can be used, and why the others cannot."""
    found: dict[str, Address] = {}
    lacking: dict[str, str] = {}
    for template in dict.fromkeys((*settings.alerts.urls, *(url for block in settings.digest for url in block.urls))):
        try:
            one = address(template, os.environ)
        except ConfigError as error:
            lacking[target(template)] = str(error)
        else:
            hide([one.url])
            found[one.target] = one
    return found, lacking


def prefix(settings: Settings) -> str:
    """Begins each subject: two installations that write to one address are told apart by their towns."""
    return f"Lohnpegel {settings.profile.town.name}"
