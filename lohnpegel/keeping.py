"""What is done for the files from time to time: backup and purge. Nothing of the report is needed for it, or can hinder it."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from lohnpegel.errors import OutputError
from lohnpegel.settings import Settings
from storage import archive_copy
from storage.archive import Archive
from storage.backup import backup
from storage.engine import open_engine
from storage.errors import StorageError
from storage.place import check_place

SQLITE = "sqlite:///"


def write_backup(settings: Settings, now: datetime) -> list[Path]:
    """Write a checked copy of the database among the backups, bring the archive's copy there into step, and remove the
    oldest copies beyond those that are kept.

    Raises:
        OutputError: it could not be made; the sentence says what to do. The database itself is as it was.
    """
    block = settings.storage
    folder, archive = block.backups, _file(block.archive_url)
    try:
        check_place(folder / "x")
        name = f"{_file(block.url).name}.backup-"
        engine = open_engine(block.url)
        try:
            made = [backup(engine, folder / f"{name}{now:%Y%m%dT%H%M%SZ}")]
        finally:
            engine.dispose()
        if archive.is_file():
            place = archive_copy.copy_path(archive, folder)
            made.append(archive_copy.keep(archive, place, now - timedelta(days=block.archive_days)).path)
        for old in sorted(folder.glob(f"{name}????????T??????Z"))[: -block.backups_kept]:
            old.unlink()
    except (StorageError, OSError) as error:
        raise OutputError(f"no backup was made: {error}") from error
    return made


def purge(settings: Settings, now: datetime) -> list[Path]:
    """Delete raw pages that have outlived their time, in the archive and in its copy among the backups: a crawl does so too,
    but the promise holds where none goes well."""
    block = settings.storage
    life = timedelta(days=block.archive_days)
    with closing(Archive(block.archive_url)) as archive:
        archive.purge(now, life)
    copy = archive_copy.copy_path(_file(block.archive_url), block.backups)
    if copy.is_file():
        with archive_copy.erasable(copy) as pages:
            pages.purge(now, life)
    return []


def _file(url: str) -> Path:
    return Path(url.removeprefix(SQLITE))
