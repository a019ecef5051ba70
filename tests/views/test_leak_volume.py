"""How much of the cement leaked: shares of contrast beside the bone, whatever the contrast is worth."""

from collections.abc import Callable

import numpy as np
import pytest

from leakwatch.nouns import Amount, AnalysedRun, CementShadow, LeakEvent, Run, RunSummary
from leakwatch.views.case import Sighting
from leakwatch.views.leak_volume import GONE, leak_share, leak_volume
from leakwatch.views.volume import CementVolume

ALL = CementVolume(Amount(1000.0, 500.0, 2000.0), 2500.0, 4.0)
LEFT, RIGHT = (slice(18, 22), slice(2, 7)), (slice(18, 22), slice(33, 38))
"""20 samples each, beside a bone from column 10 to 30; its bolus has 100 of twice the contrast."""
View = Callable[..., AnalysedRun]


@pytest.fixture
def see(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
) -> View:
    """A view of a bolus and two pieces beside the bone; leaks at the given x, on a grid of 2 pixels."""

    def look(*leaks_x: float, uid: str = "1.1", gain: float = 0.1, left: bool = True) -> AnalysedRun:
        contrast, cement, bone = np.zeros((40, 40)), np.zeros((40, 40), bool), np.zeros((40, 40), bool)
        bone[10:30, 10:30] = True
        for piece, dark in (((slice(15, 25), slice(15, 25)), 2.0), (RIGHT, 1.0), *(((LEFT, 1.0),) * left)):
            contrast[piece] = gain * dark
            cement[piece] = True
        shadow = CementShadow(
            contrast.astype(np.float32), cement, bone, (100.0, 60.0), 2, frame=9, hidden=0.0, cut=False
        )
        events = tuple(
            make_event(id=number, at_rest_xy_px=((0.0, 0.0), (100.0 + 2 * x, 60.0 + 2 * 19.5)))
            for number, x in enumerate(leaks_x, start=1)
        )
        return make_analysed(make_run(sop_instance_uid=uid), summary=RunSummary(events, shadow=shadow))

    return look


def of(view: AnalysedRun, number: int = 1) -> Sighting:
    return Sighting(view.run, view.summary.events[number - 1])


def test_each_piece_belongs_to_the_leak_that_was_seen_nearest(see: View) -> None:
    view = see(35.0, 4.0)
    for event in view.summary.events:
        assert leak_share(view, event) == pytest.approx(20 / 240)


def test_a_leak_alone_does_not_take_what_lies_on_the_other_side(see: View) -> None:
    (event,) = see(35.0).summary.events
    assert leak_share(see(35.0), event) == pytest.approx(20 / 240)


def test_no_gain_changes_a_share(see: View) -> None:
    one, other = see(35.0), see(35.0, gain=7.0)
    assert leak_share(one, one.summary.events[0]) == pytest.approx(leak_share(other, other.summary.events[0]))


def test_the_view_that_shows_more_of_it_is_believed(see: View) -> None:
    more, less = see(4.0, uid="1.1", left=True), see(4.0, uid="1.2", left=False)
    views = {"1.1": more, "1.2": less}
    found = leak_volume((of(more), of(less)), views, ALL)
    assert isinstance(found, Amount)
    assert found.value == pytest.approx(1000 * 20 / 240)
    # it is no surer than the cement that it is a share of, nor ever more than that
    assert found.high / found.value > ALL.volume.high / ALL.volume.value
    assert found.value / found.low > ALL.volume.value / ALL.volume.low
    assert found.high <= ALL.volume.high


def test_why_there_is_no_volume_is_said(see: View) -> None:
    view = see(35.0)
    assert leak_volume((of(view),), {"1.1": view}, "too dark") == "too dark"
    gone = see(4.0, left=False)
    assert leak_volume((of(gone),), {"1.1": gone}, ALL) == GONE
