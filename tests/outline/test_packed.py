import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from pydicom.pixels.utils import pack_bits

from leakwatch.outline.packed import unpacked_frames

STACKS = arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=11), elements=st.integers(0, 1))


@settings(deadline=None)
@given(STACKS)
def test_what_was_packed_comes_back(stack: NDArray[np.uint8]) -> None:
    frames, rows, columns = stack.shape
    back = list(unpacked_frames(pack_bits(stack.ravel()), rows, columns, frames))
    np.testing.assert_array_equal(np.stack(back), stack)


def test_bytes_that_end_before_the_frame_are_refused() -> None:
    frames = unpacked_frames(b"\xff\xff", 3, 5, 2)
    assert next(frames).all()
    with pytest.raises(ValueError, match="reshape"):
        next(frames)
