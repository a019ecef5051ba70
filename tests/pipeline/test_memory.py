import pytest

from leakwatch.bench.memory import measure


@pytest.mark.slow
def test_a_long_run_needs_no_more_memory_than_a_short_one() -> None:
    """Frames held would show: 600 of them are 40 MB as attenuation, a quarter of the whole process."""
    short, long = measure([60, 660], side_px=128)
    assert long.peak_mb < 1.08 * short.peak_mb
