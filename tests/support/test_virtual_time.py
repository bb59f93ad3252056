"""The time that tests run in."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.virtual_time import START, VirtualClock, run


def test_virtual_time_never_goes_back() -> None:
    async def main(clock: VirtualClock) -> list[float]:
        times = []
        for seconds in (0.0, 3.0, 1e-9, 7200.0):
            await clock.sleep(seconds)
            times.append(clock.time())
        return times

    times = run(main)
    assert all(sooner <= later for sooner, later in pairwise(times))
    assert times[-1] == pytest.approx(START + 7203)
