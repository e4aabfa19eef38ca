"""Groups of work: formed while senders talk, handed over when they have gone quiet, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from catcher import gather
from catcher.gather import Gatherer
from catcher.writer import Work


@dataclass
class Unit:
    name: str
    urgent: bool = True

    def prepare(self) -> None: ...
    def committed(self) -> None: ...
    def failed(self, error: BaseException) -> None: ...


class Out:
    """The writer's side: the groups that it got, and a word when there is one."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.news = asyncio.Event()

    def take(self, group: Sequence[Work]) -> None:
        self.groups.append([unit.name for unit in group if isinstance(unit, Unit)])
        self.news.set()

    async def next(self) -> list[str]:
        async with asyncio.timeout(20):
            await self.news.wait()
        self.news.clear()
        return self.groups[-1]


@pytest.fixture
async def out() -> Out:
    return Out()


@pytest.fixture
async def gatherer(out: Out) -> Gatherer:
    return Gatherer(asyncio.get_running_loop(), out.take)


async def test_one_message_goes_by_itself(gatherer: Gatherer, out: Out) -> None:
    gatherer.add(Unit("a"))
    assert out.groups == [], "not inside of the call that brought it"
    assert await out.next() == ["a"]


async def test_what_comes_while_senders_talk_shares_a_group(gatherer: Gatherer, out: Out) -> None:
    gatherer.add(Unit("a"))
    for name in "bcd":
        await asyncio.sleep(0)
        gatherer.heard()
        gatherer.add(Unit(name))
    assert await out.next() == ["a", "b", "c", "d"]


async def test_senders_that_never_stop_do_not_hold_up_the_first(
    gatherer: Gatherer, out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "LONGEST", 0.005)
    gatherer.add(Unit("a"))
    async with asyncio.timeout(20):
        while not out.groups:
            gatherer.heard()
            await asyncio.sleep(0)
    assert out.groups == [["a"]]


async def test_one_group_is_written_at_a_time(gatherer: Gatherer, out: Out) -> None:
    gatherer.add(Unit("a"))
    await out.next()
    gatherer.add(Unit("b"))
    gatherer.add(Unit("c", urgent=False))
    await asyncio.sleep(2 * gather.LONGEST)
    assert out.groups == [["a"]]
    gatherer.written()
    assert await out.next() == ["b", "c"]


async def test_what_nobody_waits_for_waits_for_company(
    gatherer: Gatherer, out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "PATIENCE", 10.0)
    gatherer.add(Unit("tape", urgent=False))
    gatherer.add(Unit("mail"))
    assert await out.next() == ["tape", "mail"]


async def test_what_nobody_waits_for_goes_alone_in_the_end(gatherer: Gatherer, out: Out) -> None:
    gatherer.add(Unit("tape", urgent=False))
    assert await out.next() == ["tape"]


async def test_a_group_has_a_largest_size(gatherer: Gatherer, out: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MOST_IN_GROUP", 3)
    for name in "abcde":
        gatherer.add(Unit(name))
    assert await out.next() == ["a", "b", "c"]
    gatherer.written()
    assert await out.next() == ["d", "e"]


async def test_the_end_leaves_nothing_behind(gatherer: Gatherer, out: Out) -> None:
    gatherer.add(Unit("a"))
    gatherer.add(Unit("tape", urgent=False))
    gatherer.flush()
    assert out.groups == [["a", "tape"]]
