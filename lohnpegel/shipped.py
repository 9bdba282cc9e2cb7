"""Files that come with the program."""

from importlib.resources import files
from pathlib import Path


def default_config() -> Path:
    """The shipped config.toml: inside the installed package, or at the root of a source tree."""
    packed = Path(str(files("lohnpegel").joinpath("default.toml")))
    return packed if packed.exists() else Path(__file__).parent.parent / "config.toml"
