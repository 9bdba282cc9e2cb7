"""`make accuracy`: how well ads are read, on every gold set, with each miss; the tests hold the floors."""

import importlib

TABLES = ("accuracy_pay", "accuracy_facets", "accuracy_vacancies")


def main() -> None:
    for name in TABLES:
        print(importlib.import_module(f"bench.{name}").table(), end="\n\n")


if __name__ == "__main__":
    main()
