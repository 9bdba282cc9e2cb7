"""Every benchmark, one after the other, into one table and `bench/results.json`.

    python -m bench            # full sizes; a quarter of an hour, on a machine that does nothing else
    python -m bench --smoke    # does everything run? judges no time

Figures are ratios of one run and true for no other; peers that are not installed are left out (`make setup-bench` has them all).
"""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
#: module → arguments in full, and for a smoke
STAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fetch": ((), ("--smoke",)),
    "parse": (("5",), ("1",)),
    "pay": ((), ("--smoke",)),
    "normalise": ((), ("--smoke",)),
    "store": ((), ("--smoke",)),
    "vacancies": (("--ads", "20000", "--datasketch"), ("--ads", "1000")),
    "reparse": ((), ("--smoke",)),
    "report": (("100000",), ("1000",)),
    "whole": ((), ("--smoke",)),
}


def main() -> int:
    """Run what was asked for; returns how many benchmarks failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="small sizes")
    parser.add_argument("only", nargs="*", help=f"some of {', '.join(STAGES)}")
    wish = parser.parse_args()
    if unknown := set(wish.only) - set(STAGES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(STAGES)}")
    said: dict[str, list[str]] = {}
    failed: list[str] = []
    for name, (full, smoke) in STAGES.items():
        if (wish.only and name not in wish.only) or find_spec(f"bench.{name}") is None:
            continue
        print(f"\n## {name}\n", flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *(smoke if wish.smoke else full)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, flush=True)
        said[name] = [line for line in done.stdout.splitlines() if line.strip()]
        if done.returncode:
            failed.append(name)
    if not wish.smoke:
        RESULTS.write_text(json.dumps(machine() | {"results": said}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


def machine() -> dict[str, object]:
    """On what, and when, it was measured."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
