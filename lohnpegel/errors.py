"""Errors of the front door; each ends the command with the exit code it carries."""


class ConfigError(Exception):
    """The configuration cannot be used; the message names file, key, value and what would be right. Exit code 2."""

    exit_code = 2


class OutputError(Exception):
    """A report or export cannot be written; the message names the path and what to do. Exit code 2."""

    exit_code = 2


class UsageError(Exception):
    """The command was asked for something it cannot do; the message says what would be right. Exit code 2."""

    exit_code = 2
