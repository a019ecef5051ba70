"""One simulated recording, kept in every way there is, is one attenuation when it is read back.

Bounds come from bits, tables and what a lossy codec promises, never from what came out.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from pydicom import uid
from pydicom.encaps import generate_frames
from pydicom.filereader import dcmread

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.nouns import Calibration, Plane
from leakwatch.simulate.config.chain import ChainSection
from leakwatch.simulate.machine.chain import modality_lut, stored_values
from leakwatch.simulate.run import simulate
from leakwatch.simulate.testing import tiny_config
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

from .dicom_flavours import FLAVOURS, Scene, write_flavour

pytestmark = pytest.mark.slow
WHITE = 8.0
BITS = (8, 10, 12, 16)
TERMS = ("LIN", "LOG", "DISP")
TIMES_S = np.array([0.0, 0.2, 0.4, 2.0])
WHOLE = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.JPEG2000,  # written reversibly
    uid.HTJ2KLossless,
    uid.HTJ2KLosslessRPCL,
    uid.HTJ2K,
)
NEAR = 2
"""The most that JPEG-LS may move a value, as the files are written."""
WITHOUT_CHAIN = ("sc_byte", "sc_word")
CHAINS = list(
    zip(
        itertools.product(TERMS, BITS),
        itertools.cycle([(1, "MONOCHROME2"), (-1, "MONOCHROME1"), (-1, "MONOCHROME2")]),
        strict=False,
    )
)


@pytest.fixture(scope="session")
def share():
    """(4, 48, 64) of what a saturated pixel gets: two frames without cement, and two with some."""
    fine = ChainSection(relationship="LIN", bits_stored=16, white_level=WHITE)
    config = tiny_config("lateral", size_px=64, frames=16).model_copy(update={"chain": fine})
    (run,) = simulate(config, 3)
    pixels = np.stack([frame.stored for frame in run.frames()][::5])[:, 8:56]
    assert pixels.min() > 200
    assert pixels.max() < 65_535
    return pixels / 65_535


def chain_of(term, bits, sign=1, photometric="MONOCHROME2"):
    # LOG spans 6.5 nepers, so that 8 bits reach as far down as the scene does
    return ChainSection(
        relationship=term,
        bits_stored=bits,
        sign=sign,
        photometric=photometric,
        white_level=WHITE,
        lsb_per_neper=(2**bits - 1) / 6.5,
    )


def scene_of(share, chain):
    """What the machine stores, and the table that leads back, as the simulator makes both."""
    pixels = stored_values(share * WHITE, chain)
    lut = None
    found = modality_lut(chain)
    if found is not None:
        first, table = found
        # beyond its ends a table stands for its last entry, which says the same at full length
        lut = np.pad(table, (first, 2**chain.bits_stored - first - len(table)), mode="edge")
    return Scene(
        pixels.astype(np.uint8 if chain.bits_stored == 8 else np.uint16),
        TIMES_S,
        relationship=chain.relationship.value,
        sign=chain.sign,
        lut=lut,
        bits_stored=chain.bits_stored,
        photometric=chain.photometric,
    )


def read_back(path):
    """The one run that is there, and its frames."""
    ((run, stored),) = read_all(path)
    return run, stored


def read_all(path):
    reading = read_runs(find_inputs([path]), DicomConfig(), VideoConfig())
    assert [one.why for one in reading.rest] == []
    found = []
    for run in reading.runs:
        with open_frames(run) as frames:
            found.append((run, list(frames)))
    return found


def step_at(share, chain):
    """How far one stored step moves attenuation where this share of the beam arrives, by the formula."""
    top = 2**chain.bits_stored - 1
    if chain.relationship == "LOG":
        return np.full_like(share, 1 / chain.lsb_per_neper)
    return 1 / (top * share) if chain.relationship == "LIN" else 2 / (top * np.sqrt(share))


def assert_same_attenuation(run, stored, share, chain, off=0.0):
    """Attenuation is ``-ln`` of the share, up to an offset, within half a stored step and `off` more.

    Towards the dark a step is longer than the formula says at the value itself. Where all that a value
    may be off by is worth less than a quarter, that is less than 1.3 times: -ln(1 - 0.25) / 0.25 is 1.15,
    and the step it is counted in is read off the true share, not the stored one.
    """
    table = attenuation_table(run.intensity)
    frames = [to_frame(one, run, table) for one in stored]
    found = np.stack([frame.attenuation for frame in frames]).astype(np.float64)
    valid = np.stack([frame.valid for frame in frames])
    reach = (0.5 + off) * step_at(share, chain)
    held = valid & (reach < 0.25)
    assert held.mean() > 0.5
    entry = 0.5 / (65_535 * share) if run.intensity.to_intensity is not None else np.zeros_like(share)
    bound = (1.3 * (reach + entry) + 1e-5)[held]
    error = (found + np.log(share))[held]
    assert (error - bound).max() <= (error + bound).min()


def assert_same_run(run, stored, pixels, flavour):
    np.testing.assert_array_equal(np.stack([one.pixels for one in stored]), pixels)
    np.testing.assert_allclose(run.times_s, TIMES_S, atol=1e-5)
    np.testing.assert_allclose([one.time_s for one in stored], TIMES_S, atol=1e-5)
    if flavour in WITHOUT_CHAIN:
        assert run.intensity.calibration is Calibration.DISPLAY
        return False
    return True


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("term", TERMS)
def test_every_chain_is_undone(tmp_path, share, term, bits, sign, photometric):
    chain = chain_of(term, bits, sign, photometric)
    run, stored = read_back(write_flavour(tmp_path, "xa", scene_of(share, chain)))
    assert run.intensity.calibration is Calibration.CALIBRATED
    assert_same_attenuation(run, stored, share, chain)


@pytest.mark.parametrize("syntax", WHOLE, ids=lambda syntax: uid.UID(syntax).keyword)
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_flavour_in_every_lossless_syntax(tmp_path, share, flavour, syntax):
    # three chains each, so that every chain meets every syntax and every flavour
    start = FLAVOURS.index(flavour) + WHOLE.index(syntax)
    for number in range(start, start + 12, 5):
        (term, bits), (sign, photometric) = CHAINS[number % len(CHAINS)]
        chain = chain_of(term, 8 if flavour == "sc_byte" else bits, sign, photometric)
        scene = scene_of(share, chain)
        other = scene_of(share[:, ::-1], chain)
        folder = tmp_path / str(number)
        path = write_flavour(folder, flavour, scene, syntax=syntax, other=other)
        runs = read_all(path)
        assert len(runs) == (2 if flavour == "biplane" else 1)
        for run, stored in runs:
            turned = run.plane is Plane.B
            if assert_same_run(run, stored, (other if turned else scene).pixels, flavour):
                assert run.intensity.calibration is Calibration.CALIBRATED
                assert_same_attenuation(run, stored, share[:, ::-1] if turned else share, chain)


@pytest.mark.parametrize("chain", CHAINS, ids=lambda one: f"{one[0][0]}{one[0][1]}")
def test_near_lossless_stays_within_what_it_promises(tmp_path, share, chain):
    chain = chain_of(*chain[0], *chain[1])
    scene = scene_of(share, chain)
    run, stored = read_back(write_flavour(tmp_path, "xa", scene, syntax=uid.JPEGLSNearLossless))
    moved = np.stack([one.pixels for one in stored]).astype(int) - scene.pixels
    assert 0 < np.abs(moved).max() <= NEAR
    assert_same_attenuation(run, stored, share, chain, off=NEAR)
    assert any("compression has changed the noise" in warning for warning in run.warnings)


def quantisers(codestream):
    """The first quantisation table of a JPEG codestream (ISO/IEC 10918-1 B.2.4.1)."""
    at = codestream.index(b"\xff\xdb") + 4
    wide = codestream[at] >> 4
    return np.frombuffer(codestream, ">u2" if wide else "u1", 64, at + 1).astype(float)


@pytest.mark.parametrize(("syntax", "bits"), [(uid.JPEGBaseline8Bit, 8), (uid.JPEGExtended12Bit, 12)])
@pytest.mark.parametrize("term", TERMS)
def test_jpeg_stays_within_its_own_quantisers(tmp_path, share, term, syntax, bits):
    chain = chain_of(term, bits)
    scene = scene_of(share, chain)
    path = write_flavour(tmp_path, "xa", scene, syntax=syntax)
    run, stored = read_back(path)
    codestreams = generate_frames(dcmread(path).PixelData, number_of_frames=len(share))
    moved = np.stack([one.pixels for one in stored]).astype(float) - scene.pixels
    for off, codestream in zip(moved, codestreams, strict=True):
        # each coefficient of an orthonormal transform is off by half a quantiser at most; a value is rounded
        # after it, and the coefficients of an integer transform before
        worst_rms = np.sqrt(np.mean((quantisers(codestream) / 2) ** 2)) + 1.0
        assert 0 < np.sqrt(np.mean(off**2)) <= worst_rms
    assert_same_attenuation(run, stored, share, chain, off=np.abs(moved).max())
    assert any("compression has changed the noise" in warning for warning in run.warnings)
