from collections.abc import Callable

import numpy as np
import pytest

from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run
from leakwatch.outline.assign import assign_outlines


def test_each_run_gets_its_own(make_run: Callable[..., Run], make_outline: Callable[..., Outline]) -> None:
    runs = [make_run(sop_instance_uid="1.1"), make_run(sop_instance_uid="1.2")]
    outlines = [
        make_outline(sop_instance_uid="1.2", label="L1"),
        make_outline(sop_instance_uid="1.2", label="L2"),
    ]
    assigned = assign_outlines(runs, outlines)
    assert [[outline.label for outline in mine] for mine in assigned.per_run] == [[], ["L1", "L2"]]
    assert assigned.warnings == ()


def test_a_stranger_is_said_once(make_run: Callable[..., Run], make_outline: Callable[..., Outline]) -> None:
    outlines = [make_outline(sop_instance_uid="9.9"), make_outline(sop_instance_uid="9.9")]
    assigned = assign_outlines([make_run()], outlines)
    assert assigned.per_run == ((),)
    (warning,) = assigned.warnings
    assert "9.9" in warning


def test_a_frame_the_run_does_not_have(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    assert len(assign_outlines([make_run()], [make_outline(frame=9)]).per_run[0]) == 1
    with pytest.raises(OutlineError, match="frame 10, but the run has 10 frames"):
        assign_outlines([make_run()], [make_outline(frame=10)])


def test_an_outline_beside_the_picture(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    beside = np.array([[60.0, 5.0], [70.0, 5.0], [65.0, 9.0]])
    with pytest.raises(OutlineError, match="covers no pixel of the run's 40 x 50 picture"):
        assign_outlines([make_run()], [make_outline(polygon_xy_px=beside)])


def test_an_outline_that_would_need_a_giant_picture(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    giant = np.array([[-20000.0, -20000], [20000, -20000], [20000, 20000], [-20000, 20000]])
    with pytest.raises(OutlineError, match="reaches far outside the run's 40 x 50 picture"):
        assign_outlines([make_run()], [make_outline(polygon_xy_px=giant)])


def test_of_a_bone_drawn_on_several_frames_the_earliest_counts(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    drawn = [("L3", 5), ("L3", 2), ("L4", 5), ("", 3), ("", 1)]
    assigned = assign_outlines([make_run()], [make_outline(label=name, frame=at) for name, at in drawn])
    assert [(one.label, one.frame) for one in assigned.per_run[0]] == [("L3", 2), ("L4", 5), ("", 3), ("", 1)]
    left_out, late = assigned.warnings
    assert left_out.startswith("1 outlines for SOP Instance UID")
    assert late.endswith("was drawn on frame 5: nothing is decided before it")


@pytest.mark.parametrize("other", ["L3", " l3 "])
def test_two_drawings_of_a_bone_on_one_frame_are_refused(
    other: str, make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    twins = [make_outline(file="a.json"), make_outline(label=other, file="b.dcm")]
    with pytest.raises(OutlineError, match=r"^a\.json and b\.dcm: the outline .* is drawn twice on frame 0"):
        assign_outlines([make_run()], twins)
    # for a run that is not there they do no harm
    assert assign_outlines([make_run(sop_instance_uid="1.1")], twins).per_run == ((),)


def test_strangers_are_said_file_by_file_and_not_without_end(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    slices = [make_outline(sop_instance_uid=f"9.{number}", file="ct.dcm") for number in range(1, 7)]
    lone = make_outline(sop_instance_uid="8.1", file="other.json")
    assert assign_outlines([make_run()], [*slices, lone, make_outline(file="good.json")]).warnings == (
        "ct.dcm: the outlines for SOP Instance UIDs 9.1, 9.2, 9.3 and 3 more belong to none of the runs",
        "other.json: the outline for SOP Instance UID 8.1 belongs to none of the runs",
    )


def test_each_run_is_told_what_was_left_out_of_its_own(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    runs = [make_run(sop_instance_uid="1.1"), make_run()]
    assigned = assign_outlines(runs, [make_outline(), make_outline(frame=3)])
    assert assigned.said[0] == ()
    assert assigned.said[1] == assigned.warnings
    assert len(assigned.warnings) == 1
