"""Hosts are asked side by side, and each of them one thing at a time: by the server's own account."""

from pathlib import Path
from typing import Any

import pytest
import tomlkit

from lohnpegel.demo import Wish, play
from lohnpegel.plans import crawl_plan
from lohnpegel.settings import load
from sandbox.market import Market
from sandbox.world import Sandbox
from scheduler.run import run_crawl
from tests.whole import configured

KINDS = {"bundesagentur", "dvinci", "entgeltatlas", "jobposting", "personio", "recruitee", "servicebund", "softgarden"}


class Meeting(Sandbox):
    """Each host answers its first request only once all the others have one too: who asks in turn gets no answer for long."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.traffic.meet(KINDS)


def test_all_hosts_are_asked_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lohnpegel.demo.Sandbox", Meeting)
    shown = play(Wish(tmp_path / "demo", seed=4, weeks=1))
    (crawl,) = shown.crawls
    assert {source.state for source in crawl.sources} == {"ok"}
    assert len(crawl.sources) == len(KINDS) >= 6
    assert (shown.traffic.hosts, shown.traffic.most_hosts, shown.traffic.most_of_one) == (len(KINDS), len(KINDS), 1)


def test_sources_that_share_a_host_take_turns(tmp_path: Path) -> None:
    with Sandbox(Market(4, 1), kinds=("bundesagentur", "personio")) as box:
        configured(tmp_path, box.urls)
        document: dict[str, Any] = tomlkit.parse((tmp_path / "config.toml").read_text("utf-8"))
        document["source"]["bundesagentur"]["enabled"] = False
        boards = [url.removeprefix(box.urls["personio"]).split("/")[1] for url in box.boards["personio"].values()]
        for number, board in enumerate(boards):
            block = {"kind": "personio", "boards": [board], "base_url": box.urls["personio"]}
            document["source"][f"employer_{number}"] = block
        (tmp_path / "config.toml").write_text(tomlkit.dumps(document), "utf-8")
        box.faults = {"personio": "slow:0.05"}
        summary = run_crawl(crawl_plan(load(tmp_path / "config.toml")))
    assert len(boards) > 1
    assert [source.state for source in summary.sources] == ["ok"] * len(boards)
    assert box.traffic.most_of_one == 1
