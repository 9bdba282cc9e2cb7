"""From the outside world to typed values: fetch, parse, sources, normalise. Imports nothing else of this project."""
