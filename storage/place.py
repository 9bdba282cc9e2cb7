"""Where a database file may lie: a local, writable directory."""

import os
import re
from pathlib import Path

from storage.errors import NetworkFilesystem, ReadOnlyPlace

_MOUNTS = Path("/proc/mounts")
_NETWORK = re.compile(
    r"nfs4?|cifs|smb[23]?|smbfs|9p|afs|coda|ncpfs|ceph|lustre|gfs2?|ocfs2|glusterfs|beegfs|davfs2?"
    r"|fuse\.(sshfs|glusterfs|rclone|s3fs|davfs2|ceph|cifs|smbnetfs|gcsfuse|curlftpfs)"
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def file_system(path: Path, mounts: str) -> str | None:
    """Kind of the file system that holds an absolute path, by the text of `/proc/mounts`; None when nothing fits.

    >>> table = "/dev/vda / ext4 rw 0 0\\nhost:/x /mnt/my\\\\040share nfs4 rw 0 0"
    >>> file_system(Path("/mnt/my share/jobs.db"), table)
    'nfs4'
    >>> file_system(Path("/mnt/my shares/jobs.db"), table)  # a longer name is another directory
    'ext4'
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), parts[1]))
        if path.is_relative_to(point) and len(point.parts) >= best:  # a later mount hides an earlier one
            best, kind = len(point.parts), parts[2]
    return kind


def check_place(path: Path, *, mounts: str | None = None) -> None:
    """Refuse a place where a database cannot be kept safely; makes the directory when it is missing.

    Args:
        path: Of the database file; need not exist.
        mounts: Text of `/proc/mounts`; None reads it, where there is one.

    Raises:
        NetworkFilesystem: Locks do not hold there.
        ReadOnlyPlace: The directory or the file cannot be written.
    """
    path = path.absolute().resolve()
    if mounts is None and _MOUNTS.exists():
        mounts = _MOUNTS.read_text("utf-8", "replace")
    kind = file_system(path, mounts or "") or ""
    if _NETWORK.fullmatch(kind):
        raise NetworkFilesystem(str(path), kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadOnlyPlace(str(path.parent)) from error
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise ReadOnlyPlace(str(path.parent))
    if path.is_dir() or (path.exists() and not os.access(path, os.W_OK)):
        raise ReadOnlyPlace(str(path))
