"""Settings → plans: the one place that knows both how configuration is written and what the rooms take."""

from dataclasses import replace
from datetime import timedelta

from lohnpegel.blocks import TimetableBlock
from lohnpegel.checks import weekdays
from lohnpegel.cli._state import program_version
from lohnpegel.errors import ConfigError, UsageError
from lohnpegel.settings import SOURCE_KEYS, Settings
from scheduler.agenda import CRAWL, Agenda
from scheduler.lock import lock_path
from scheduler.plan import CrawlPlan, SourcePlan
from scheduler.timetable import Timetable
from scraper import sources
from scraper.fetch.limits import NoContact
from scraper.profile import Profile

BENCHMARK = "entgeltatlas"  #: the kind that reads what the report compares with


def crawl_plan(settings: Settings, only: tuple[str, ...] = ()) -> CrawlPlan:
    """What a crawl is to do.

    Args:
        settings: The checked configuration.
        only: Names of sources; () means every enabled one.

    Raises:
        UsageError: a name that is not configured.
        ConfigError: a live run without a contact, or no source at all.
    """
    for name in only:
        if name not in settings.source:
            raise UsageError(f"no source {name!r} is configured; there are: {', '.join(sorted(settings.source)) or 'none'}")
    version = program_version()
    conduct = settings.conduct(version)
    try:
        conduct.check()
    except NoContact as error:
        raise ConfigError(f"config.toml: [crawler] contact: {error}") from error
    names = only or enabled(settings)
    if not names:
        raise ConfigError("config.toml: [source]: no source is enabled; set enabled = true in at least one [source.NAME]")
    return CrawlPlan(
        sources=tuple(replace(_source(settings, name), named=bool(only)) for name in sorted(names)),
        profile=Profile(settings.town, settings.scope),
        radius_km=settings.profile.town.radius_km,
        conduct=conduct,
        database_url=settings.storage.url,
        archive_url=settings.storage.archive_url,
        version=version,
        config_hash=settings.fingerprint(),
        full_every=timedelta(hours=settings.crawler.full_every_h),
        max_pages=settings.crawler.max_pages,
        archive_life=timedelta(days=settings.storage.archive_days),
    )


def agenda(settings: Settings) -> Agenda:
    """When each enabled source, and everything else that has a timetable, is due."""
    block = settings.schedule
    tables = {CRAWL + name: _source_table(settings, name) for name in enabled(settings)}
    for name in ("report", "export", "backup", "purge"):
        wanted: TimetableBlock | None = getattr(block, name)
        if wanted is not None and not (name == "backup" and lock_path(settings.storage.url) is None):
            tables[name] = Timetable(tuple(wanted.days), wanted.at, block.timezone)
    return Agenda(tables, block.timezone, timedelta(hours=block.retry_h) if block.retry_h else None)


def enabled(settings: Settings) -> tuple[str, ...]:
    """Names of the sources that are to be crawled."""
    return tuple(sorted(name for name, block in settings.source.items() if block.get("enabled", True)))


def _source_table(settings: Settings, name: str) -> Timetable:
    """The source's own days and time where it has them; what calls others is delayed by a draw of this installation's own."""
    block, own = settings.schedule, settings.source[name]
    days, at = weekdays(tuple(own.get("days", block.crawl.days))), own.get("at", block.crawl.at)
    every = getattr(sources.load(own.get("kind", name)), "EVERY_DAYS", 1)
    salt = f"{settings.crawler.contact}|{settings.storage.url}"
    return Timetable(days, at, block.timezone, block.jitter_s, salt, every)


def _source(settings: Settings, name: str) -> SourcePlan:
    block = settings.source[name]
    own = {key: value for key, value in block.items() if key not in SOURCE_KEYS}
    terms, kind = tuple(block.get("terms", settings.profile.terms)), block.get("kind", name)
    if kind == BENCHMARK and not own.get("occupations"):
        own["occupations"] = list(settings.report.occupations)
    return SourcePlan(name, kind, terms, own, _source_table(settings, name))
