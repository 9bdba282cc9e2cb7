"""`lohnpegel db`: looking after the database by hand: check, back up, restore, upgrade, vacuum, purge."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from lohnpegel.blocks import StorageBlock
from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

Wait = Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Look after the database.", no_args_is_help=True)
    for command in (check, backup, restore, upgrade, vacuum, purge):
        group.command(command.__name__)(command)
    app.add_typer(group, name="db")


def check(context: typer.Context, as_json: Json = False) -> None:
    """Test every page, index and reference of database and archive; exit code 2 if one is not sound. Disturbs nobody."""
    from storage import backup as files
    from storage.care import vet

    block = _storage(context)
    path, archive = _file(block.url), _file(block.archive_url)
    schema = vet(path)
    checked = [path]
    if archive.exists():
        files.check(archive)
        checked.append(archive)
    told = {
        "sound": [str(one) for one in checked],
        "schema": schema,
        "bytes": sum(one.stat().st_size for one in checked),
        "sqlite": sqlite3.sqlite_version,
    }
    _tell(told, "\n".join(f"{one}: sound" for one in checked) + f"\nschema {schema}, SQLite {sqlite3.sqlite_version}", as_json)


def backup(
    context: typer.Context,
    target: Annotated[Path | None, typer.Argument(help="The copy; beside the database, named by the time, by default.")] = None,
    wait: Wait = 0.0,
    as_json: Json = False,
) -> None:
    """Write a compact, checked copy of the database; it is whole or not there at all. The archive is not copied."""
    from storage import backup as files
    from storage.place import check_place

    block = _storage(context)
    path = _file(block.url)
    target = target or path.with_name(f"{path.name}.backup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    if target.exists():
        raise UsageError(f"{target}: is there already; name another file, so that no earlier backup is lost")
    check_place(target)
    with _writing(block, "db backup", wait) as engine:
        files.backup(engine, target.absolute())
    _tell({"backup": str(target), "bytes": target.stat().st_size}, f"{target}: {target.stat().st_size:,} bytes, checked", as_json)


def restore(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="A backup that `db backup` or an upgrade wrote.")],
    wait: Wait = 0.0,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database; what stood there is kept beside it."""
    from scheduler.lock import held
    from storage import backup as files
    from storage.care import vet

    block = _storage(context)
    path = _file(block.url)
    if copy.exists() and path.exists() and copy.samefile(path):
        raise UsageError(f"{copy}: is the database itself; name a backup")
    vet(copy)
    with held(path.with_name(path.name + ".lock"), "db restore", wait):
        old = files.restore(copy.absolute(), path)
    kept = f"; what stood there is now {old}" if old else ""
    _tell({"restored": str(path), "from": str(copy), "replaced": str(old) if old else None}, f"{path}: restored{kept}", as_json)


def upgrade(context: typer.Context, wait: Wait = 0.0, as_json: Json = False) -> None:
    """Bring the database to this program's schema; a checked backup is made before."""
    from storage import migrate

    block = _storage(context)
    with _writing(block, "db upgrade", wait) as engine:
        before, after = migrate.upgrade(engine)
    said = f"schema {after} already" if before == after else f"schema {before or '(none)'} → {after}"
    _tell({"before": before, "after": after}, said, as_json)


def vacuum(context: typer.Context, wait: Wait = 0.0, as_json: Json = False) -> None:
    """Give the space of what was deleted back to the disk, in database and archive."""
    from storage import care

    block = _storage(context)
    with _writing(block, "db vacuum", wait) as engine, _archive(block) as archive:
        found = [one for one in (care.vacuum(engine), archive and care.vacuum(archive.engine)) if one]
    lines = [f"{one.path}: {one.before:,} → {one.after:,} bytes" for one in found]
    _tell([{"path": str(one.path), "before": one.before, "after": one.after} for one in found], "\n".join(lines), as_json)


def purge(
    context: typer.Context,
    match: Annotated[
        str | None, typer.Option(help="Words to erase: covered in every text, with every page that has them.")
    ] = None,
    ads: Annotated[bool, typer.Option("--ads", help="With --match: remove the ads that have them, not only the words.")] = False,
    older: Annotated[int | None, typer.Option(min=0, help="Remove archived pages older than so many days.")] = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
    as_json: Json = False,
) -> None:
    """Erase personal data, or pages that have outlived their time: [storage] archive_days, unless --older says otherwise."""
    from storage import purge as erasing

    if ads and match is None:
        raise UsageError("--ads needs --match: which ads?")
    block = _storage(context)
    told: dict[str, Any] = {"dry_run": dry_run}
    with _writing(block, "db purge", wait) as engine, _archive(block) as archive:
        if match is not None:
            found = erasing.erase(engine, archive, match, whole=ads, dry=dry_run)
            told |= {"ads": found.ads, "ads_removed": found.ads_removed, "rows": found.rows, "pages": found.pages}
            told["copies"] = [str(path) for path in _copies(_file(block.url))]
        if older is not None or match is None:
            life, now = timedelta(days=block.archive_days if older is None else older), datetime.now(UTC)
            outlived = 0 if archive is None else erasing.older(archive, now - life) if dry_run else archive.purge(now, life)
            told["pages_outlived"] = outlived
    _tell(told, _said(told), as_json)


def _said(told: dict[str, Any]) -> str:
    verb = "would be" if told["dry_run"] else "were"
    lines = []
    if "ads" in told:
        lines.append(
            f"words {verb} covered in {told['ads']} ads, {told['ads_removed']} ads {verb} removed ({told['rows']} rows),"
            f" {told['pages']} archived pages {verb} deleted"
        )
        lines += [f"not touched, delete it yourself: {path}" for path in told["copies"]]
        lines.append("reports and exports that were written before are not touched either")
    if "pages_outlived" in told:
        lines.append(f"{told['pages_outlived']} archived pages that outlived their time {verb} deleted")
    return "\n".join(lines)


def _copies(path: Path) -> list[Path]:
    """Backups beside the database: they still hold what is erased in it."""
    return sorted(one for mark in ("before-", "backup-", "replaced") for one in path.parent.glob(f"{path.name}.{mark}*"))


def _storage(context: typer.Context) -> StorageBlock:
    state: State = context.obj
    return state.settings.storage


def _file(url: str) -> Path:
    prefix = "sqlite:///"
    if not url.startswith(prefix):
        raise UsageError("this database is on a server; look after it with the server's own tools, such as pg_dump")
    return Path(url.removeprefix(prefix))


@contextmanager
def _writing(block: StorageBlock, command: str, wait: float) -> Iterator[Any]:
    """The database, under the lock; one that is not there is not made."""
    from scheduler.lock import held
    from storage.engine import open_engine
    from storage.errors import NoDatabase

    path = _file(block.url)
    if not path.is_file():
        raise NoDatabase(str(path))
    with held(path.with_name(path.name + ".lock"), command, wait):
        engine = open_engine(block.url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _archive(block: StorageBlock) -> Iterator[Any]:
    from storage.archive import Archive

    if not _file(block.archive_url).is_file():
        yield None
        return
    with closing(Archive(block.archive_url)) as archive:
        yield archive


def _tell(value: Any, text: str, as_json: bool) -> None:
    if as_json:
        print_json(value)
    else:
        print(text)
