"""Being told to stop: the first signal lets the batch in hand be stored, a second one ends the process."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Whether we were told to stop, and by what.

    >>> stop, heard = Stop(), []
    >>> with stop.calling(lambda: heard.append("now")):
    ...     stop.tell("SIGTERM")
    >>> stop.told, heard
    ('SIGTERM', ['now'])
    """

    def __init__(self) -> None:
        self.told: str | None = None
        self._calls: list[Callable[[], object]] = []

    def tell(self, why: str) -> None:
        """Stop as soon as nothing is lost by it; may be called from a signal handler."""
        self.told = why
        for call in list(self._calls):
            call()

    @contextmanager
    def calling(self, call: Callable[[], object]) -> Iterator[None]:
        """While the block runs, being told calls this as well, at once."""
        self._calls.append(call)
        try:
            yield
        finally:
            self._calls.remove(call)

    @contextmanager
    def listening(self, *, again: bool = True) -> Iterator["Stop"]:
        """While the block runs, SIGTERM and SIGINT tell us to stop; main thread only.

        Args:
            again: A second signal ends the process there and then. False where a parent process watches over the time.
        """
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def heard(number: int, _frame: FrameType | None) -> None:
            if again:
                for each in SIGNALS:
                    signal.signal(each, signal.SIG_DFL)
            self.tell(signal.Signals(number).name)

        for number in SIGNALS:
            signal.signal(number, heard)
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
