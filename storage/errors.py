"""Errors of keeping data, named for what the operator must do; each sentence says it.

::

    StorageError
    ├── NoDatabase          nothing there yet: crawl or import first
    ├── NotOurs             the file belongs to another program: choose another path
    ├── NewerSchema         written by a newer program: update the program
    ├── OlderSchema         written by an older program: upgrade the database
    ├── DatabaseLocked      another process holds it: wait or end that process
    │   └── StillRead       a reader keeps what was deleted in the log: end it, repeat
    ├── DiskFull            free space, then run again: nothing acknowledged is lost
    ├── ReadOnlyPlace       the directory or file cannot be written: mend the rights
    ├── ServerAway          the database server does not answer: start it, mend the URL or the password
    ├── DriverMissing       the extra for PostgreSQL is not installed
    ├── NetworkFilesystem   locks do not hold there: move to a local disk
    └── Damaged             the file is not sound: restore the last backup
"""


class StorageError(Exception):
    """Root of everything the storage room raises on purpose.

    Args:
        where: Path or URL of the database, without password.
        reason: One sentence: what happened, and what to do.
    """

    exit_code = 2  #: of the command that meets it: a person must do something

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class NoDatabase(StorageError):
    """No database at that path."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "there is no database yet; run `lohnpegel crawl` first, or name another path")


class NotOurs(StorageError):
    """A database of another program."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "this file belongs to another program and is left untouched; name another path for the database")


class NewerSchema(StorageError):
    """The database was written by a newer version."""

    def __init__(self, where: str, found: int | str, known: int | str) -> None:
        super().__init__(
            where, f"its schema {found} is newer than this program's {known}; update the program; nothing was touched"
        )


class OlderSchema(StorageError):
    """The database waits for a migration."""

    def __init__(self, where: str, found: int | str, known: int | str) -> None:
        super().__init__(where, f"its schema {found} is older than this program's {known}; run `lohnpegel db upgrade`")


class DatabaseLocked(StorageError):
    """Another process kept the database for longer than the patience of this one. Exit code 75: try again later."""

    exit_code = 75

    def __init__(self, where: str) -> None:
        super().__init__(where, "another process keeps it locked; wait for that run or close what has it open, then repeat")


class StillRead(DatabaseLocked):
    """Everything is done, but a reader needs the log that still holds what was deleted."""

    def __init__(self, where: str) -> None:
        reason = "what was deleted is still in its log, because another program reads it; close that program, then repeat"
        StorageError.__init__(self, where, reason)


class DiskFull(StorageError):
    """No space for the transaction; it was rolled back."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "the disk is full; free some space and run again, everything saved before is intact")


class ReadOnlyPlace(StorageError):
    """The directory or the file may not be written."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "cannot be written; mend the rights of the directory and its files, or name another path")


class ServerAway(StorageError):
    """No connection to the database server. Exit code 75: it may be there later."""

    exit_code = 75

    def __init__(self, where: str, said: str | None = None) -> None:
        super().__init__(
            where,
            f"the database server does not let us in{f' ({said})' if said else ''}; start it, or mend the URL or the password",
        )


class DriverMissing(StorageError):
    """The driver of the server is an extra."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "the driver for PostgreSQL is not installed; run `pip install 'lohnpegel[postgres]'`")


class NetworkFilesystem(StorageError):
    """A file system whose locks cannot be trusted."""

    def __init__(self, where: str, kind: str) -> None:
        super().__init__(where, f"lies on a network file system ({kind}) whose locks do not hold; move it to a local disk")


class Damaged(StorageError):
    """The file fails its integrity check."""

    def __init__(self, where: str, found: str = "the file is not a sound database") -> None:
        super().__init__(where, f"{found}; keep the file, restore a backup with `lohnpegel db restore`, check the disk")
