"""`lohnpegel db purge`: erasing personal data, and pages that have outlived their time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lohnpegel.cli._database import DryRun, Json, Wait, archive_of, file_of, storage, tell, writing
from lohnpegel.errors import UsageError

if TYPE_CHECKING:
    from lohnpegel.blocks import StorageBlock


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
    block = storage(context)
    told: dict[str, Any] = {"dry_run": dry_run}
    with writing(block, "db purge", wait) as engine, archive_of(block) as archive:
        if match is not None:
            found = erasing.erase(engine, archive, match, whole=ads, dry=dry_run)
            told |= {"ads": found.ads, "ads_removed": found.ads_removed, "rows": found.rows, "pages": found.pages}
            told["pages_in_copy"] = _in_copy(block, lambda copy: erasing.erase_pages(copy, match, dry=dry_run))
            told["copies"] = [str(path) for path in _copies(block)]
        if older is not None or match is None:
            life, now = timedelta(days=block.archive_days if older is None else older), datetime.now(UTC)

            def outlived(pages: Any) -> int:
                return int(erasing.older(pages, now - life) if dry_run else pages.purge(now, life))

            told["pages_outlived"] = outlived(archive) if archive else 0
            told["pages_outlived_in_copy"] = _in_copy(block, outlived)
    tell(told, _said(told), as_json)


def _in_copy(block: "StorageBlock", erase: Any) -> int:
    """Erase in the archive's copies too, beside the database and among the backups; returns how many pages went."""
    from storage.archive_copy import copy_path, erasable

    gone, archive = 0, file_of(block.archive_url)
    for folder in sorted({file_of(block.url).parent, block.backups}):
        if (copy := copy_path(archive, folder)).is_file():
            with erasable(copy) as pages:
                gone += int(erase(pages))
    return gone


def _said(told: dict[str, Any]) -> str:
    verb = "would be" if told["dry_run"] else "were"
    lines = []
    if "ads" in told:
        lines.append(
            f"words {verb} covered in {told['ads']} ads, {told['ads_removed']} ads {verb} removed ({told['rows']} rows),"
            f" {told['pages']} archived pages {verb} deleted{_also(told['pages_in_copy'])}"
        )
        lines += [f"not touched, delete it yourself: {path}" for path in told["copies"]]
        lines.append("reports and exports that were written before are not touched either")
    if "pages_outlived" in told:
        also = _also(told["pages_outlived_in_copy"])
        lines.append(f"{told['pages_outlived']} archived pages that outlived their time {verb} deleted{also}")
    return "\n".join(lines)


def _also(pages: int) -> str:
    return f", and {pages} in the archive's copy" if pages else ""


def _copies(block: "StorageBlock") -> list[Path]:
    """Backups beside the database and in their folder that still hold what is erased in it."""
    path, archive = file_of(block.url), file_of(block.archive_url)
    kept = [path.parent.glob(f"{path.name}.{mark}*") for mark in ("before-", "backup-", "replaced")]
    kept.append(block.backups.glob(f"{path.name}.backup-*"))
    return sorted({one for found in (*kept, archive.parent.glob(f"{archive.name}.replaced*")) for one in found})
