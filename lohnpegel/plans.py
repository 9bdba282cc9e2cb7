"""Settings → plans: the one place that knows both how configuration is written and what the rooms take."""

from datetime import timedelta

from lohnpegel.blocks import TimetableBlock
from lohnpegel.cli._state import program_version
from lohnpegel.errors import ConfigError, UsageError
from lohnpegel.settings import SOURCE_KEYS, Settings
from scheduler.plan import CrawlPlan, Outputs, SourcePlan, Timetables
from scheduler.timetable import Timetable
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
    names = only or tuple(name for name, block in settings.source.items() if block.get("enabled", True))
    if not names:
        raise ConfigError("config.toml: [source]: no source is enabled; set enabled = true in at least one [source.NAME]")
    return CrawlPlan(
        sources=tuple(_source(settings, name) for name in sorted(names)),
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


def timetables(settings: Settings) -> Timetables:
    """When crawl, report and export are due."""

    def table(block: TimetableBlock) -> Timetable:
        return Timetable(tuple(block.days), block.at, settings.schedule.timezone)

    block = settings.schedule
    return Timetables(table(block.crawl), table(block.report), table(block.export), block.jitter_s)


def outputs(settings: Settings) -> Outputs:
    """Where reports and exports go."""
    return Outputs(settings.storage.exports, settings.storage.report, settings.report.dialect, settings.report.language)


def _source(settings: Settings, name: str) -> SourcePlan:
    block = settings.source[name]
    own = {key: value for key, value in block.items() if key not in SOURCE_KEYS}
    kind = block.get("kind", name)
    if kind == BENCHMARK and not own.get("occupations"):
        own["occupations"] = list(settings.report.occupations)
    return SourcePlan(name, kind, tuple(block.get("terms", settings.profile.terms)), own)
