"""Shares, labels, sharpening, and the cut between body and arch, each by itself."""

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from leakwatch.simulate.anatomy.ct.body import vertebral_body
from leakwatch.simulate.anatomy.ct.bone import sharpened
from leakwatch.simulate.anatomy.ct.label import eroded, label_occupancy
from leakwatch.simulate.anatomy.ct.shares import CORTICAL_HU, bone_beyond_water, mineral_elsewhere, water
from leakwatch.simulate.anatomy.ct.space import sampled
from leakwatch.simulate.config.anatomy import PatientSection
from leakwatch.simulate.volume.grid import VoxelGrid

from .ct_phantom import phantom


@given(st.floats(-1000, 3000))
def test_shares_attenuate_as_the_ct_says(hu: float) -> None:
    value = np.array([hu], np.float32)
    beyond = CORTICAL_HU / 1000
    for inside, share in ((1.0, bone_beyond_water(value)), (0.0, mineral_elsewhere(value))):
        relative = water(value, np.array([inside], np.float32)) + share * beyond
        np.testing.assert_allclose(relative, 1 + hu / 1000, atol=2e-3)
        assert share >= 0


@settings(max_examples=25, deadline=None)
@given(st.floats(6.0, 14.0), st.floats(1.0, 3.0), st.floats(-0.5, 0.5))
def test_a_labelled_ball_keeps_its_volume_and_its_place(radius: float, spacing: float, off: float) -> None:
    n = int(40 / spacing)
    axes = np.indices((n, n, n)) * spacing - 20.0
    inside = ((axes - off) ** 2).sum(axis=0) < radius**2
    labels = sitk.GetImageFromArray(np.where(inside, 7, 0).astype(np.uint16))
    labels.SetSpacing((spacing,) * 3)
    labels.SetOrigin((-20.0,) * 3)
    ball = label_occupancy(labels, (7,), ((-19.0,) * 3, (19.0,) * 3), 0.75)
    counted = inside.sum() * spacing**3
    # A curved surface draws in by the blur's variance over its radius.
    lost = 3 * (0.8 * spacing) ** 2 / radius**2
    assert counted * (1 - lost) * 0.97 < ball.values.sum() * 0.75**3 < counted * 1.03
    place = np.array(ndimage.center_of_mass(ball.values)) * 0.75 - 19.0
    np.testing.assert_allclose(place, np.array(ndimage.center_of_mass(inside)) * spacing - 20.0, atol=0.1)


def test_erosion_takes_a_millimetre_off_a_wall() -> None:
    slab = np.zeros((60, 30, 30), np.float32)
    slab[10:50] = 1
    assert eroded(slab, 0.5)[:, 15, 15].sum() * 0.5 == pytest.approx(20 - 2 * 1.0, abs=0.1)


def test_sharpened_bone_blurred_again_is_the_ct() -> None:
    outer = np.zeros((60, 60, 60), np.float32)
    outer[12:48, 12:48, 12:48] = 1
    core = eroded(outer, 0.5)
    share = ndimage.gaussian_filter(0.3 * outer + 0.2 * (outer - core), 3.0).astype(np.float32)
    section = PatientSection(voxel_mm=0.5)
    sharp = sharpened(share, outer, core, (3.0, 3.0, 3.0), section, np.random.default_rng(1))
    again = ndimage.gaussian_filter(sharp, 3.0)
    assert np.sqrt(((again - share) ** 2).mean()) < 0.03 * share.max()
    assert sharp.std() > 1.2 * share.std(), "it is sharper"
    assert abs(sharp.sum() / share.sum() - 1) < 0.04


def test_beyond_its_ends_a_volume_goes_on_mirrored() -> None:
    values = np.arange(10, dtype=np.float32)[:, None, None] + np.zeros((10, 8, 8), np.float32)
    image = sitk.GetImageFromArray(values)
    grid = sampled(image, ((3.0, 3.0, -3.0), (4.0, 4.0, 12.0)), 1.0, outside=-9.0)
    np.testing.assert_allclose(grid.values[0, 0], [2, 1, 0, *range(10), 9, 8, 7])
    cut = sampled(image, ((3.0, 3.0, -3.0), (4.0, 4.0, 12.0)), 1.0, outside=-9.0, mirror=False)
    assert (cut.values[0, 0, :2] == -9).all()


def test_the_body_is_cut_off_in_front_of_the_canal_however_it_leans() -> None:
    made = phantom().patient
    grid = made.outer
    true = np.zeros_like(grid.values)
    start = np.rint((np.array(made.treated.origin_mm) - grid.origin_mm) / grid.voxel_mm).astype(int)
    window = tuple(slice(a, a + n) for a, n in zip(start, made.treated.values.shape, strict=True))
    true[window] = made.treated.values
    for lean_deg in (0.0, 25.0, -25.0):
        whole, body = (
            ndimage.rotate(np.pad(values[::2, ::2, ::2], 12), lean_deg, axes=(1, 2), reshape=False, order=1)
            for values in (grid.values, true)
        )
        found = vertebral_body(VoxelGrid(grid.origin_mm, 2 * grid.voxel_mm, whole)).values > 0.5
        overlap = 2 * (found & (body > 0.5)).sum() / (found.sum() + (body > 0.5).sum())
        assert overlap > 0.93, f"leaning by {lean_deg} degrees"
