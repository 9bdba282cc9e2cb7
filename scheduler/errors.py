"""Errors of running: each carries the exit code of the command that meets it."""


class Busy(Exception):
    """Another run holds the lock; the message names it. Exit code 75 (EX_TEMPFAIL, sysexits.h): try again later."""

    exit_code = 75
