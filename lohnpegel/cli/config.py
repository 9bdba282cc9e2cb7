"""`lohnpegel config`: check the configuration, show it as it is used, describe it to an editor."""

import typer

from lohnpegel.cli._state import State, print_json

SECRET = ("key", "token", "secret", "password")


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Check, show or describe the configuration.", no_args_is_help=True)
    for command in (check, show, schema):
        group.command(command.__name__)(command)
    app.add_typer(group, name="config")


def check(context: typer.Context) -> None:
    """Read the configuration and say whether it can be used."""
    state: State = context.obj
    settings = state.settings
    enabled = sorted(name for name, block in settings.source.items() if block.get("enabled", True))
    typer.echo(
        f"{state.config}: right. {settings.profile.name}; sources: {', '.join(enabled) or 'none'}; {len(settings.claims)} claims."
    )
    if not settings.crawler.contact:
        typer.echo("A live run will refuse to start: [crawler] contact is empty.")


def show(context: typer.Context) -> None:
    """Print every value as it is used, with what came from the environment; secrets are left out."""
    from lohnpegel.notify.addresses import masked

    state: State = context.obj
    shown = state.settings.model_dump(mode="json")
    for block in shown["source"].values():
        for key in block:
            if any(word in key for word in SECRET):
                block[key] = "…"
    for block in (shown["alerts"], *shown["digest"]):
        block["urls"] = [masked(url) for url in block["urls"]]
    print_json(shown)


def schema() -> None:
    """Print the JSON Schema of config.toml. An editor uses it that finds `#:schema config.schema.json` in the first line."""
    from lohnpegel.schema import schema as made

    print_json(made())
