"""What the daemon starts when something is due: one round in a process of its own, so that its memory goes back when it ends.

`python -m lohnpegel.worker CONFIG` reads the configuration's text from its standard input: what the daemon has checked counts,
whatever stands in the file by now. Exit codes are those of `lohnpegel run`.
"""

import logging
import signal
import sys
from pathlib import Path

from lohnpegel.settings import parsed

log = logging.getLogger("lohnpegel.worker")
WAIT_S = 900.0  #: for another run; then the daemon looks again


def main() -> int:
    """Do the round and log what came of it."""
    from lohnpegel.logs import Logging, begin
    from lohnpegel.rounds import run_due
    from scheduler.stop import SIGNALS, Stop

    with Stop().listening(again=False) as stop:  # the daemon watches over the time
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # the daemon waits for signals with these blocked
        settings = parsed(sys.stdin.read(), Path(sys.argv[1]))
        begin(Logging(**settings.log.model_dump(), service=True))
        try:
            return run_due(settings, wait_s=WAIT_S, stop=stop).exit_code
        except Exception as error:
            code = getattr(error, "exit_code", None)
            if code is None:
                log.exception("the round failed")
                return 1
            log.error("%s", error)  # noqa: TRY400 – a foreseen state, not a crash: the sentence says it all
            return int(code)


if __name__ == "__main__":
    sys.exit(main())
