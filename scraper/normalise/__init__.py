"""From what a source said to typed facts, each with its origin, its span and its doubt. Pure."""
