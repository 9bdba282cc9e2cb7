"""Errors of running: each carries the exit code of the command that meets it."""


class Busy(Exception):
    """Another run holds the lock; the message names it. Exit code 75 (EX_TEMPFAIL, sysexits.h): try again later."""

    exit_code = 75


class NotACluster(Exception):
    """What the configuration says cannot be shared between machines; the message names the key. Exit code 2."""

    exit_code = 2


class NoWorker(Exception):
    """Nobody took the jobs in time. Exit code 1: what was stored before stays, the next run asks again."""

    exit_code = 1


class PortTaken(Exception):
    """Another program answers on that port. Exit code 2."""

    exit_code = 2
