"""More than one machine: one coordinator, any number of workers, and the database that they share.

::

    lohnpegel cluster crawl ── a job for each source ──▶ procrastinate ──▶ lohnpegel cluster work  (as many as you like)
            │                                                                   │  host and source locks, pace, Retry-After
            └── waits, gives jobs of dead workers to others, groups, closes ◀───┴── the same database

A worker runs the very function that `lohnpegel crawl` runs for each of its sources.
"""
