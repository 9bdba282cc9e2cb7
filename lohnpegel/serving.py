"""config.toml as the daemon needs it: checked, and kept as it was checked for every round until a reload."""

import sys
from pathlib import Path

from lohnpegel import plans
from lohnpegel.settings import Settings, parsed, read
from scheduler.daemon import Watch
from scheduler.lock import lock_path


def watch(config: Path) -> tuple[Watch, Settings]:
    """What the daemon goes by, from a configuration file.

    Raises:
        ConfigError: it cannot be used, or could not be at six in the morning: no contact, no source.
    """
    text = read(config)
    settings = parsed(text, config)
    plans.crawl_plan(settings)
    file = lock_path(settings.storage.url)
    found = Watch(
        agenda=plans.agenda(settings),
        database_url=settings.storage.url,
        lock=(file or config.absolute()).with_suffix(".daemon.lock"),
        command=(sys.executable, "-m", "lohnpegel.worker", str(config.absolute())),
        told=text.encode(),
        stop_s=settings.schedule.stop_s,
        heartbeat=settings.schedule.heartbeat,
    )
    return found, settings
