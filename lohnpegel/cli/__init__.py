"""The one command `lohnpegel`: a file for each subcommand; heavy rooms are imported by the command that needs them.

Exit codes: 0 done · 1 done, but a source failed or is suspect · 2 wrong usage or configuration · 75 another run holds the lock.
"""

import importlib
import pkgutil
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lohnpegel.cli._state import State
from lohnpegel.errors import UsageError

app = typer.Typer(
    name="lohnpegel",
    help="Gathers a town's job ads, keeps them in SQLite, and holds the pay they offer against what an article claims.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[Path, typer.Option("--config", "-c", envvar="LOHNPEGEL_CONFIG", help="The configuration file.")] = Path(
        "config.toml"
    ),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more in the log.")] = False,
) -> None:
    context.obj = State(config, verbose)
    context.obj.log()


for module in sorted(entry.name for entry in pkgutil.iter_modules(__path__) if not entry.name.startswith("_")):
    importlib.import_module(f"lohnpegel.cli.{module}").register(app)


def main() -> None:
    """Run the command line; an error that was foreseen is one sentence and an exit code, never a trace."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `lohnpegel … | head` ends quietly
    try:
        app()
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None and isinstance(error, OSError) and error.filename is not None:
            code, error = 2, UsageError(f"{error.filename}: {error.strerror}; see to that path, or name another")
        if code is None:
            raise
        Console(stderr=True).print(f"lohnpegel: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(code)
