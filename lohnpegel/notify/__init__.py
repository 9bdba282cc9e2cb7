"""Telling people what they would not see: alerts when something needs them, digests of new openings; never in the way of a run.

::

    round done → [under the lock] situation → outbox, due digests → outbox
               → [lock free] outbox → postman (a process of its own, killed at its time limit) → journal
               → [under the lock, at once or in the next round] journal → outbox

A message may arrive twice only if the postman was killed between an address taking it and the journal's line about that.
"""
