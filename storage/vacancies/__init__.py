"""Which ads are one opening: `rule` decides (pure), `store` keeps it in the database."""
