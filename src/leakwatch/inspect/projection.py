"""Positioner angles in the words of those who set them."""

from __future__ import annotations

_NEAR_DEG = 5.0
"""An arm this close to a standing view is said to be in it; the angles are told beside."""
_ZERO_DEG = 0.5


def projection_words(primary_deg: float | None, secondary_deg: float | None) -> str:
    """Name a projection: ``AP``, ``lateral (LAO 90°)``, ``LAO 30° cranial 10°``.

    Parameters
    ----------
    primary_deg, secondary_deg
        Positioner Primary Angle, + towards LAO, and Secondary, + cranial (PS3.3 C.8.7.5); None where
        not stated.
    """
    if primary_deg is None and secondary_deg is None:
        return "angles not stated"
    if primary_deg is None:
        return _joined("LAO/RAO not stated", _turn(secondary_deg, "cranial", "caudal"))
    if secondary_deg is None:
        return _joined(_turn(primary_deg, "LAO", "RAO") or "LAO 0°", "cranial/caudal not stated")
    told = _joined(_turn(primary_deg, "LAO", "RAO"), _turn(secondary_deg, "cranial", "caudal"))
    name = _standing(primary_deg, secondary_deg)
    if name and told:
        return f"{name} ({told})"
    return name or told


def _standing(primary_deg: float, secondary_deg: float) -> str:
    if abs(secondary_deg) > _NEAR_DEG:
        return ""
    for name, centre_deg in (("AP", 0.0), ("lateral", 90.0), ("PA", 180.0)):
        if abs(abs(primary_deg) - centre_deg) <= _NEAR_DEG:
            return name
    return ""


def _turn(angle_deg: float | None, positive: str, negative: str) -> str:
    if angle_deg is None or abs(angle_deg) < _ZERO_DEG:
        return ""
    return f"{positive if angle_deg > 0 else negative} {int(abs(angle_deg) + 0.5)}°"


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
