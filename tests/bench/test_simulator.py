import subprocess
import sys

import pytest

from leakwatch.bench.child import run_child
from leakwatch.bench.simulator import measure

MEASURE_TWO = """
from leakwatch.bench.child import run_child
small = run_child(["-c", "pass"])
large = run_child(["-c", "x = bytearray(200_000_000); x[::4096] = b'1' * len(x[::4096])"])
print(small.peak_mb, large.peak_mb, large.cpu_s)
"""


def test_a_childs_memory_is_its_own() -> None:
    # From a small process: this one may hold more than the child.
    done = subprocess.run([sys.executable, "-c", MEASURE_TWO], check=True, capture_output=True, text=True)
    small_mb, large_mb, cpu_s = (float(word) for word in done.stdout.split())
    assert small_mb < 100
    assert 150 < large_mb - small_mb < 250
    assert cpu_s > 0


def test_a_childs_failure_is_said() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        run_child(["-c", "import sys; sys.exit(3)"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="measures by wait4")
def test_a_simulation_is_measured() -> None:
    measurement = measure("quiet", frames=3, side_px=64)
    assert (measurement.planes, measurement.frames, measurement.side_px) == (2, 3, 64)
    assert measurement.frames_per_s == pytest.approx(6 / measurement.wall_s)
    assert measurement.peak_mb > 50
