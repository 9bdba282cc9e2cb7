"""The database: tables, migrations, archive, writing, reading."""
