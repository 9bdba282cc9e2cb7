"""A round of due work by config.toml: the same for `run` under cron or a timer, and for the daemon's worker."""

from pathlib import Path

from lohnpegel import plans
from lohnpegel.cli._state import program_version
from lohnpegel.settings import Settings
from scheduler.events import RoundDone, logged
from scheduler.plan import CrawlSummary, Progress
from scheduler.round import Orders, Work, run_round
from scheduler.run import crawl_held
from scheduler.stop import Stop
from scraper.fetch.clock import Clock, SystemClock


def run_due(  # noqa: PLR0913 - what a caller may choose
    settings: Settings,
    *,
    force: bool = False,
    clock: Clock | None = None,
    wait_s: float = 0.0,
    stop: Stop | None = None,
    progress: Progress | None = None,
) -> RoundDone:
    """Do what is due by the timetable and by what was done last.

    Args:
        settings: The configuration.
        force: Do everything, due or not.
        clock: Time.
        wait_s: Seconds to wait for another run.
        stop: When told, the job in hand ends early and no other begins.
        progress: Told of each page crawled.

    Raises:
        ConfigError: a live run without a contact, or no source at all.
        Busy: another run is at work.
        StorageError: the database cannot be opened.
    """
    plans.crawl_plan(settings)  # refuses before anything is done what would fail half way
    clock, stop = clock or SystemClock(), stop or Stop()
    return run_round(orders(settings, clock, stop, progress), force=force, clock=clock, wait_s=wait_s, stop=stop)


def orders(settings: Settings, clock: Clock, stop: Stop, progress: Progress | None = None) -> Orders:
    """What a round is to do, and how."""

    def crawl(names: tuple[str, ...]) -> CrawlSummary:
        return crawl_held(plans.crawl_plan(settings, names), clock=clock, stop=stop, progress=progress)

    def report() -> list[Path]:
        from lohnpegel.jobs import write_page
        from lohnpegel.judging import make_report

        return [write_page(settings, make_report(settings, clock.now()))]

    def export(week: str) -> list[Path]:
        from lohnpegel.jobs import write_export
        from report.isoweek import IsoWeek

        return write_export(settings, IsoWeek.parse(week))

    def backup() -> list[Path]:
        from lohnpegel.keeping import write_backup

        return write_backup(settings, clock.now())

    def purge() -> list[Path]:
        from lohnpegel.keeping import purge

        return purge(settings, clock.now())

    def told(done: RoundDone) -> None:
        if settings.alerts.urls or settings.digest:
            from lohnpegel.notify.look import look

            look(settings, done, clock.now())

    return Orders(
        agenda=plans.agenda(settings),
        work=Work(crawl=crawl, export=export, report=report, backup=backup, purge=purge),
        database_url=settings.storage.url,
        version=program_version(),
        config_hash=settings.fingerprint(),
        listeners=(logged, told),
    )
