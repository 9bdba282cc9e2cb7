"""config.toml as the daemon needs it: checked, and kept as it was checked for every round until a reload."""

import sys
from pathlib import Path

from lohnpegel import plans
from lohnpegel.settings import Settings, parsed, read
from lohnpegel.standing import daemon_lock, standing
from scheduler.daemon import Watch


def watch(config: Path) -> tuple[Watch, Settings]:
    """What the daemon goes by, from a configuration file.

    Raises:
        ConfigError: it cannot be used, or could not be at six in the morning: no contact, no source.
    """
    text = read(config)
    settings = parsed(text, config)
    plans.crawl_plan(settings)
    found = Watch(
        agenda=plans.agenda(settings),
        database_url=settings.storage.url,
        lock=daemon_lock(settings, config),
        command=(sys.executable, "-m", "lohnpegel.worker", str(config.absolute())),
        told=text.encode(),
        stop_s=settings.schedule.stop_s,
        standing=lambda now: standing(settings, config, now),
        heartbeat=settings.schedule.heartbeat,
    )
    return found, settings
