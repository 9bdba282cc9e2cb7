"""The sandbox as a whole: a market's week, or a folder of recorded answers, served over HTTP on loopback ports."""

from collections.abc import Callable, Collection
from types import ModuleType

from sandbox import bundesagentur, career, dvinci, entgeltatlas, jobposting, personio, recruitee, servicebund, softgarden
from sandbox.market import Market
from sandbox.server import Web
from sandbox.wire import Answer

REPLICAS: tuple[ModuleType, ...] = (
    bundesagentur, entgeltatlas, jobposting, personio, softgarden, dvinci, recruitee, servicebund,
)  # fmt: skip


class Sandbox(Web):
    """A market served as its job boards serve it.

    Args:
        market: What to serve.
        week: Week to begin with; the last by default. Set `.week` to move on.
        kinds: Which kinds of source; all by default.
        robots: "allow", or "403" as the Bundesagentur's API host answers for its robots.txt.

    >>> with Sandbox(Market(1, 2)) as box:
    ...     sorted(box.urls)[0], box.week
    ('bundesagentur', 1)
    """

    def __init__(
        self, market: Market, week: int | None = None, *, kinds: Collection[str] | None = None, robots: str = "allow"
    ) -> None:
        super().__init__()
        self.market = market
        self._answers: dict[tuple[str, int], Answer] = {}
        self.week = market.weeks - 1 if week is None else week
        for replica in REPLICAS:
            if kinds is None or replica.KIND in kinds:
                told = {bundesagentur.KIND: robots, entgeltatlas.KIND: robots, jobposting.KIND: "own"}.get(replica.KIND, "allow")
                self.add(replica.KIND, self._now(replica), replica.BASE, told)

    @property
    def week(self) -> int:
        """The week that is served."""
        return self._week

    @week.setter
    def week(self, number: int) -> None:
        self.market.week(number, "")  # refuses a week that the market has not
        self._week = number

    @property
    def boards(self) -> dict[str, dict[str, str]]:
        """Kind of source → employer → URL of its board: what a configuration names; a source that serves everybody has none."""
        tenants = {one.KIND: career.boards(self.market, one.KIND, one.BOARD) for one in REPLICAS if hasattr(one, "BOARD")}
        return {
            kind: {employer: self.urls[kind] + path for employer, path in found.items()}
            for kind, found in tenants.items()
            if kind in self.hosts
        }

    def _now(self, replica: ModuleType) -> Callable[[], Answer]:
        def current() -> Answer:
            key = (replica.KIND, self._week)
            if key not in self._answers:
                self._answers[key] = replica.routes(self.market, self._week)
            return self._answers[key]

        return current
