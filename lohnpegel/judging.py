"""From a database to a report: what the claims are held against, and the circumstances that the report names."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from lohnpegel.benchmarks import benchmarks
from lohnpegel.cli._state import program_version
from lohnpegel.plans import BENCHMARK
from lohnpegel.settings import Settings
from report.assemble import detailed, judge, shown, wanted
from report.claims import Claim
from report.collect import collect
from report.context import Context, Floor, SourceHealth
from report.evidence import from_rows
from report.finding import Report
from report.listed import Listed
from scraper.normalise.pay.tables import minimum_wages
from storage.columns import columns
from storage.read import Reader


def make_report(
    settings: Settings, now: datetime, claims: tuple[Claim, ...] | None = None, as_of: datetime | None = None
) -> Report:
    """Judge the claims on what the database holds.

    Args:
        settings: The configuration.
        now: The moment it speaks of, aware UTC.
        claims: Others than the configured ones.
        as_of: Judge on what was known then, aware UTC; `now` is then that moment.

    Raises:
        StorageError: there is no database, or it cannot be read.
    """
    claims = settings.claims if claims is None else claims
    with closing(Reader.open(settings.storage.url)) as reader:
        context = replace(_context(settings, now, reader), run=reader.last_run(as_of))
        if as_of is not None:
            known = from_rows(reader.report_rows(as_of, open_only=False))
            ads = collect(Listed(known), wanted(claims))
            found = judge(ads, claims, _named(replace(context, on=as_of.date()), ads.content))
            return detailed(found, known)
        with columns(reader.engine) as source:
            ads = collect(source, wanted(claims))
            found = judge(ads, claims, _named(context, ads.content))
            return detailed(found, from_rows(source.ads(shown(found))))


def _context(settings: Settings, now: datetime, reader: Reader) -> Context:
    zone = ZoneInfo(settings.schedule.timezone)
    today = now.astimezone(zone).date()
    since = reader.observed_since()
    return Context(
        town=settings.profile.town.name,
        trade=settings.profile.name,
        on=today,
        config_hash=settings.fingerprint(),
        version=program_version(),
        seed=settings.report.seed,
        floors=tuple(Floor(day, eur) for day, eur in minimum_wages()),
        health=tuple(
            SourceHealth(one.name, one.state, one.last_ok_at.date() if one.last_ok_at else None, one.open_ads, one.error or "")
            for one in reader.source_health()
            if one.kind != BENCHMARK or one.state != "ok"  # it shows no ads, and is meant to be read once a month
        ),
        observed_since=since.astimezone(zone).date() if since else None,
        benchmarks=benchmarks(settings.report, today, reader.benchmarks()),
        demonstration=settings.report.made_up,
    )


def _named(context: Context, content: str) -> Context:
    """With what identifies the data: the ads, how the sources fare, and the outside figures."""
    told = repr((content, context.health, context.benchmarks, context.observed_since))
    return replace(context, database_state=blake2b(told.encode(), digest_size=8).hexdigest())
