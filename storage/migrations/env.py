"""What alembic runs: on the connection and inside the transaction that `storage.migrate` opened."""

from alembic import context

from storage.tables import metadata

if hasattr(context, "config"):  # absent where something else than alembic imports this file, such as a collector of tests
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
