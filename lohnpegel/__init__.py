"""Front door: settings and commands."""
