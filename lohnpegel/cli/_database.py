"""What the commands of `lohnpegel db` share: which files there are, the lock, how an answer is told."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lohnpegel.cli._state import State, print_json
from lohnpegel.errors import UsageError

if TYPE_CHECKING:
    from lohnpegel.blocks import StorageBlock

Wait = Annotated[float, typer.Option(help="Seconds to wait for another run instead of giving up.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")]


def storage(context: typer.Context) -> "StorageBlock":
    """Where the files are."""
    state: State = context.obj
    return state.settings.storage


def file_of(url: str) -> Path:
    """The file of a database.

    Raises:
        UsageError: it is on a server.
    """
    prefix = "sqlite:///"
    if not url.startswith(prefix):
        raise UsageError("this database is on a server; look after it with the server's own tools, such as pg_dump")
    return Path(url.removeprefix(prefix))


def lock_of(path: Path) -> Path:
    """The lock file of a database."""
    return path.with_name(path.name + ".lock")


@contextmanager
def writing(block: "StorageBlock", command: str, wait: float) -> Iterator[Any]:
    """The database, under the lock; one that is not there is not made."""
    from scheduler.lock import held
    from storage.engine import open_engine
    from storage.errors import NoDatabase

    path = file_of(block.url)
    if not path.is_file():
        raise NoDatabase(str(path))
    with held(lock_of(path), command, wait):
        engine = open_engine(block.url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def archive_of(block: "StorageBlock") -> Iterator[Any]:
    """The archive; None where there is none, as it is not made."""
    from storage.archive import Archive

    if not file_of(block.archive_url).is_file():
        yield None
        return
    with closing(Archive(block.archive_url)) as archive:
        yield archive


def tell(value: Any, text: str, as_json: bool) -> None:
    """Print the answer as JSON, or as lines."""
    if as_json:
        print_json(value)
    else:
        print(text)
