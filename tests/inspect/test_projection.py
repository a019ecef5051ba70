import pytest

from leakwatch.inspect.projection import projection_words


@pytest.mark.parametrize(
    ("primary_deg", "secondary_deg", "words"),
    [
        (0.0, 0.0, "AP"),
        (0.4, -0.3, "AP"),
        (2.0, 0.0, "AP (LAO 2°)"),
        (90.0, 0.0, "lateral (LAO 90°)"),
        (-88.0, 3.0, "lateral (RAO 88° cranial 3°)"),
        (180.0, 0.0, "PA (LAO 180°)"),
        (30.0, 10.0, "LAO 30° cranial 10°"),
        (-26.5, -32.7, "RAO 27° caudal 33°"),
        (0.0, 20.0, "cranial 20°"),
        (90.0, 20.0, "LAO 90° cranial 20°"),
        (None, None, "angles not stated"),
        (30.0, None, "LAO 30° cranial/caudal not stated"),
        (None, 0.0, "LAO/RAO not stated"),
        (0.0, None, "LAO 0° cranial/caudal not stated"),
    ],
)
def test_words(primary_deg: float | None, secondary_deg: float | None, words: str) -> None:
    assert projection_words(primary_deg, secondary_deg) == words
