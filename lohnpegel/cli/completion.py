"""`lohnpegel completion`: the script by which a shell completes our commands."""

import enum
from typing import Annotated

import typer


class Shell(enum.Enum):
    """Shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def register(app: typer.Typer) -> None:
    app.command("completion")(completion)


def completion(shell: Annotated[Shell, typer.Argument(help="bash, zsh or fish.")]) -> None:
    """Print the completion script of a shell, for packagers and own set-ups; `--install-completion` puts it where it belongs."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # meant for us, not declared so

    print(get_completion_script(prog_name="lohnpegel", complete_var="_LOHNPEGEL_COMPLETE", shell=shell.value))
