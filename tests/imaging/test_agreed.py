"""A large leak of weak cement at a low dose: levels of evidence miss it, with the network they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakwatch.bench.score import Verdict, score_case
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.one_case import analyse_case
from leakwatch.config import Config
from leakwatch.simulate.case import write_case

# calcium phosphate into the joint at 150 to 400 quanta a pixel; a seed that judges nothing
_CASE, _SEED = 23, 1001


@pytest.mark.slow
def test_a_leak_too_weak_for_the_levels_alone_is_found(tmp_path: Path) -> None:
    drawn = draw(_CASE, _SEED)
    case = write_case(drawn.case, drawn.simulation_seed, tmp_path / "case").folder
    verdicts = {}
    for agreed in (True, False):
        config = Config.model_validate({"imaging": {"cement": {"agreed": agreed}}})
        errors, _ = analyse_case(case, tmp_path / f"out-{agreed}", config)
        assert not errors
        verdicts[agreed] = score_case(case, tmp_path / f"out-{agreed}").verdict
    assert verdicts == {True: Verdict.HIT, False: Verdict.MISSED}
