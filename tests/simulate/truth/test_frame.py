import numpy as np
import pytest
from scipy import ndimage
from skimage.draw import polygon2mask

from leakwatch.simulate.run import SimulatedRun
from leakwatch.simulate.truth.frame import FrameTruth, onset_visible, silhouette_polygon


def test_the_silhouette_encloses_the_bone(leaking_run: SimulatedRun) -> None:
    chord = leaking_run.treated_mm()
    polygon = silhouette_polygon(chord)
    drawn = polygon2mask(chord.shape, polygon[:, ::-1])
    body = chord > 0.5
    edge = body & ~ndimage.binary_erosion(body)
    assert np.count_nonzero(drawn ^ body) < 0.7 * np.count_nonzero(edge)


def test_a_bone_out_of_the_picture_has_no_silhouette() -> None:
    with pytest.raises(ValueError, match="not in the picture"):
        silhouette_polygon(np.zeros((10, 10), np.float32))


def test_no_leak_has_no_onset() -> None:
    quiet = FrameTruth(0, 0.0, np.zeros((2, 2), np.uint8), 0.0, 2.9, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert onset_visible([quiet]) is None
