"""Telling systemd how we are (sd_notify(3)): a datagram to the socket that it names; nothing happens where there is none."""

import os
import socket
import time

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")  #: not for our children: they are not the service


def notify(*lines: str) -> bool:
    """Send assignments such as "READY=1"; False where nobody listens.

    Raises:
        OSError: a socket is named and cannot be reached.
    """
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return False
    address = "\0" + path[1:] if path.startswith("@") else path  # "@": the abstract name space
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.connect(address)
        sender.sendall("\n".join(lines).encode())
    return True


def reloading() -> bool:
    """Say that the configuration is being read anew; "READY=1" ends it."""
    return notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")


def watchdog_s() -> float | None:
    """Seconds after which systemd gives us up without a "WATCHDOG=1"; None: it does not wait for one."""
    text, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    ours = not pid or pid == str(os.getpid())
    return int(text) / 1e6 if text.isdecimal() and ours else None
