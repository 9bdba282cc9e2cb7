"""Block keys: only ads that share one are ever compared."""

from storage.vacancies import client, employer
from storage.vacancies.reading import Reading
from storage.vacancies.sides import TASKS
from storage.vacancies.text import sentence_hash

BLOCK_LIMIT = 200  # a key that more ads share parts nothing: the others must bring the pair together
_SENTENCES = 8  # a fixed choice of a text's sentences: the lowest hashes, so that copies choose alike


def keys(reading: Reading) -> frozenset[str]:
    """All keys of one ad: numbers, employer word × town (× title word), sentences, an agency's client facts."""
    town = reading.where.town
    numbers = reading.numbers
    found = {f"r:{ref}" for ref in numbers.references | numbers.listed | numbers.codes if len(ref) >= 4}
    for word in employer.rare(reading.name):
        found.add(f"e:{word}|{town}")
        found.update(f"t:{word}|{town}|{special}" for special in reading.title.special)
    found.update(f"s:{digest}" for digest in sorted(reading.hashes)[:_SENTENCES])
    if len(reading.tasks) >= TASKS:
        found.add("w:" + sentence_hash(" ".join(sorted(reading.tasks))))
    if reading.agency:
        found.update(f"c:{town}|{fact}" for fact in client.fact_keys(reading))
    return frozenset(found)
