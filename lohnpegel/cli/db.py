"""`lohnpegel db`: looking after the database by hand: check, back up, restore, upgrade, vacuum, purge."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from lohnpegel.cli._database import Json, Wait, archive_of, file_of, lock_of, storage, tell, writing
from lohnpegel.cli._progress import Quiet, progress, written
from lohnpegel.cli._purge import purge
from lohnpegel.errors import UsageError

NoArchive = Annotated[bool, typer.Option("--no-archive", help="Only the database, which holds no personal data.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Look after the database.", no_args_is_help=True)
    for command in (check, backup, restore, upgrade, vacuum, purge):
        group.command(command.__name__)(command)
    app.add_typer(group, name="db")


def check(context: typer.Context, as_json: Json = False) -> None:
    """Test every page, index and reference of database and archive; exit code 2 if one is not sound. Disturbs nobody."""
    from storage import archive_copy
    from storage.care import vet, with_page

    block = storage(context)
    path, archive = file_of(block.url), file_of(block.archive_url)
    told: dict[str, Any] = {"sound": [str(path)], "schema": vet(path), "sqlite": sqlite3.sqlite_version}
    lines = [f"{path}: sound, schema {told['schema']}, SQLite {sqlite3.sqlite_version}"]
    if archive.exists():
        held = archive_copy.verify(archive)
        ads, there = with_page(path, archive)
        told["sound"].append(str(archive))
        told["archive"] = {"pages": held.pages, "bodies": held.bodies, "ads": ads, "ads_with_page": there}
        lines.append(f"{archive}: sound, {held.pages} pages; the page of {there} of {ads} ads is there")
    told["bytes"] = sum(Path(one).stat().st_size for one in told["sound"])
    tell(told, "\n".join(lines), as_json)


def backup(
    context: typer.Context,
    target: Annotated[Path | None, typer.Argument(help="The copy; beside the database, named by the time, by default.")] = None,
    no_archive: NoArchive = False,
    wait: Wait = 0.0,
    as_json: Json = False,
) -> None:
    """Write a compact, checked copy of the database, and bring the archive's copy beside it into step.

    The copy is whole or not there at all. The archive has one copy for all backups, to which only what is new is added.
    """
    from storage import archive_copy
    from storage import backup as files
    from storage.place import check_place

    block = storage(context)
    path, archive, now = file_of(block.url), file_of(block.archive_url), datetime.now(UTC)
    target = (target or path.with_name(f"{path.name}.backup-{now:%Y%m%dT%H%M%SZ}")).absolute()
    if target.exists():
        raise UsageError(f"{target}: is there already; name another file, so that no earlier backup is lost")
    check_place(target)
    kept = None
    with writing(block, "db backup", wait) as engine:
        if archive.is_file() and not no_archive:
            place = archive_copy.copy_path(archive, target.parent)
            kept = archive_copy.keep(archive, place, now - timedelta(days=block.archive_days))
        files.backup(engine, target)
    told: dict[str, Any] = {"backup": str(target), "bytes": target.stat().st_size, "archive": None}
    lines = [f"{target}: {told['bytes']:,} bytes, checked"]
    if kept:
        told["archive"] = {"path": str(kept.path), "pages": kept.pages, "added": kept.added, "removed": kept.removed}
        lines.append(f"{kept.path}: {kept.pages} pages, {kept.added} added, {kept.removed} removed, checked")
    tell(told, "\n".join(lines), as_json)


def restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="A backup that `db backup` or an upgrade wrote, or a copy of the archive.")],
    no_archive: NoArchive = False,
    wait: Wait = 0.0,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database, and the archive's copy that lies beside it in the place of the archive.

    What stood there is kept beside it. Pages that the archive has and its copy has not stay in it. A copy of the archive given
    by its name is put back alone.
    """
    from scheduler.lock import held
    from storage import archive_copy
    from storage import backup as files
    from storage.care import vet

    block = storage(context)
    path, archive = file_of(block.url), file_of(block.archive_url)
    if copy.exists() and any(one.exists() and copy.samefile(one) for one in (path, archive)):
        raise UsageError(f"{copy}: is in use itself; name a backup")
    alone = copy.is_file() and archive_copy.is_archive(copy)
    pages = copy if alone else archive_copy.copy_path(archive, copy.parent)
    if not alone:
        vet(copy)
    places: list[tuple[Callable[[Path, Path], Path | None], Path, Path]] = []
    places += [] if no_archive or not pages.is_file() else [(archive_copy.put_back, pages, archive)]
    places += [] if alone else [(files.restore, copy, path)]
    told: list[dict[str, Any]] = []
    with held(lock_of(path), "db restore", wait):
        for put, one, place in places:
            old = put(one.absolute(), place)
            told.append({"restored": str(place), "from": str(one), "replaced": str(old) if old else None})
    kept = (f"; what stood there is now {one['replaced']}" if one["replaced"] else "" for one in told)
    tell(told, "\n".join(f"{one['restored']}: restored{said}" for one, said in zip(told, kept, strict=True)), as_json)


def upgrade(context: typer.Context, wait: Wait = 0.0, as_json: Json = False) -> None:
    """Bring the database to this program's schema; a checked backup is made before."""
    from storage import migrate

    block = storage(context)
    with writing(block, "db upgrade", wait) as engine:
        before, after = migrate.upgrade(engine)
    said = f"schema {after} already" if before == after else f"schema {before or '(none)'} → {after}"
    tell({"before": before, "after": after}, said, as_json)


def vacuum(context: typer.Context, wait: Wait = 0.0, quiet: Quiet = False, as_json: Json = False) -> None:
    """Give the space of what was deleted back to the disk, in database and archive."""
    from storage import care

    block = storage(context)
    with writing(block, "db vacuum", wait) as engine, archive_of(block) as archive, progress("MB", quiet=quiet) as told:
        found = []
        for one in (engine, *([archive.engine] if archive else [])):
            with written(told, "rewriting", 2.5 * care.live_bytes(one)):  # a copy aside, then into the log, then in place
                found += [shrunk] if (shrunk := care.vacuum(one)) else []
    lines = [f"{one.path}: {one.before:,} → {one.after:,} bytes" for one in found]
    tell([{"path": str(one.path), "before": one.before, "after": one.after} for one in found], "\n".join(lines), as_json)
