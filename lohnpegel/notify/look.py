"""After each round: look whether people must hear of something, and tell them; what goes wrong here hinders no run."""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine

from lohnpegel.errors import UsageError
from lohnpegel.notify import digests, outbox
from lohnpegel.notify.addresses import target
from lohnpegel.notify.facts import facts
from lohnpegel.notify.situation import situation
from lohnpegel.settings import Settings
from scheduler.errors import Busy
from scheduler.events import RoundDone
from storage.digests import Digests
from storage.messages import Message, Way
from storage.notices import Notices
from storage.read import Reader

PATIENCE_S = 5.0  #: for a run that has begun meanwhile; it looks itself when it ends
RANKS = ("info", "warning", "critical")
log = logging.getLogger(__name__)


def look(settings: Settings, done: RoundDone, now: datetime) -> None:
    """Tell what is to be told after a round; to be called when its lock is free. Never raises.

    Args:
        settings: The configuration.
        done: The round.
        now: Aware UTC.
    """
    if not settings.alerts.urls and not settings.digest:
        return
    try:
        with outbox.sending(settings):
            with outbox.books(settings, PATIENCE_S) as engine:
                notices = Notices(engine)
                for message in notices.settle(situation(facts(settings, engine, done, now)), way(settings), now):
                    level = logging.INFO if message.severity == "info" else logging.WARNING
                    log.log(level, "%s", message.title, extra={"alert": message.key, "severity": message.severity})
                _write_digests(settings, engine, now)
                notices.forget(now)
                parcels = notices.pending(now)
            outbox.dispatch(settings, parcels, now)
    except Busy as busy:
        log.info("nobody is told anything this time: %s", busy)
    except Exception:
        log.exception("nobody could be told anything; the round itself is not touched by it")


def digest_now(settings: Settings, names: Collection[str], now: datetime) -> tuple[dict[str, int], list[str]]:
    """Compose and send saved searches, due or not.

    Returns:
        New openings by name, and why messages were not taken.

    Raises:
        Busy: a run is at work, or another process sends.
        UsageError: a query cannot be read.
    """
    with outbox.sending(settings):
        with outbox.books(settings) as engine:
            told = {
                block.name: _write_digest(settings, engine, block.name, now) for block in settings.digest if block.name in names
            }
            parcels = [one for one in Notices(engine).pending(now) if one.message.kind == "digest"]
        return told, outbox.dispatch(settings, parcels, now)


def way(settings: Settings) -> Way:
    """Who is told of which alert, and what is said when it is over."""
    block = settings.alerts
    everybody = tuple(map(target, block.urls))

    def targets(message: Message) -> tuple[str, ...]:
        return everybody if message.kind == "recovery" or RANKS.index(message.severity) >= RANKS.index(block.least) else ()

    def over(message: Message) -> Message | None:
        if not block.recovery or not targets(message):
            return None
        return Message(message.key, "info", f"over: {message.title}", "This no longer holds.", "recovery")

    return Way(targets, over)


def _write_digests(settings: Settings, engine: Engine, now: datetime) -> None:
    """Every saved search that is due into the outbox."""
    books = Digests(engine)
    books.forget_others([block.name for block in settings.digest])
    crawled_at = books.crawled_at()
    for block in settings.digest:
        if digests.due(books.get(block.name), block.every, crawled_at, settings.schedule.timezone):
            try:
                news = _write_digest(settings, engine, block.name, now)
            except UsageError as error:  # one saved search must not cost the others theirs
                log.warning("%s", error)
            else:
                log.info("digest %s: %d new openings", block.name, news)


def _write_digest(settings: Settings, engine: Engine, name: str, now: datetime) -> int:
    """One saved search into the outbox; how many openings it tells."""
    block = next(block for block in settings.digest if block.name == name)
    found = digests.issue(Reader(engine), block, settings.report.language, now)
    to = [target(url) for url in block.urls or settings.alerts.urls]
    Digests(engine).made(found.books, found.news.told, found.message, to)
    return len(found.news.openings)
