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
    details = [_primary(primary_deg), _secondary(secondary_deg)]
    told = " ".join(detail for detail in details if detail)
    name = _standing(primary_deg, secondary_deg)
    if name and told:
        return f"{name} ({told})"
    return name or told


def _standing(primary_deg: float | None, secondary_deg: float | None) -> str:
    if primary_deg is None or secondary_deg is None or abs(secondary_deg) > _NEAR_DEG:
        return ""
    for name, centre_deg in (("AP", 0.0), ("lateral", 90.0), ("PA", 180.0)):
        if abs(abs(primary_deg) - centre_deg) <= _NEAR_DEG:
            return name
    return ""


def _primary(angle_deg: float | None) -> str:
    if angle_deg is None:
        return "LAO/RAO not stated,"
    if abs(angle_deg) < _ZERO_DEG:
        return ""
    return f"{'LAO' if angle_deg > 0 else 'RAO'} {_degrees(angle_deg)}"


def _secondary(angle_deg: float | None) -> str:
    if angle_deg is None:
        return "cranial/caudal not stated"
    if abs(angle_deg) < _ZERO_DEG:
        return ""
    return f"{'cranial' if angle_deg > 0 else 'caudal'} {_degrees(angle_deg)}"


def _degrees(angle_deg: float) -> str:
    return f"{int(abs(angle_deg) + 0.5)}°"
