"""Surfaces of the hip bone round a socket as signed distances, in the hip's own axes."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.volume.solids import (
    Field,
    ellipsoid,
    smooth_max,
    smooth_min,
    tapered_capsule,
)
from leakwatch.simulate.volume.triple import Triple, triple

_SHELL_MM = 5.5
_RIM_MM = 3.5
_FILLET_MM = 9.0
# Start, end and radii of rods, mm of a hip whose head has 24 mm and whose socket's roof is 28 mm up.
_RODS: tuple[tuple[Triple, Triple, tuple[float, float]], ...] = (
    # ilium above the socket, and its spine in front
    ((-5.0, 4.0, 32.0), (-14.0, 20.0, 84.0), (16.0, 11.0)),
    ((0.0, -12.0, 36.0), (8.0, -24.0, 44.0), (9.0, 6.0)),
    # behind: sciatic buttress and ischium
    ((-14.0, 20.0, 34.0), (-17.0, 29.0, -15.0), (12.0, 10.0)),
    ((-17.0, 29.0, -15.0), (-17.0, 31.0, -56.0), (10.0, 12.0)),
    # medial wall
    ((-29.0, 6.0, 14.0), (-27.0, 0.0, -18.0), (7.5, 6.0)),
    # upper and lower branch of the pubis
    ((-24.0, -16.0, 8.0), (-74.0, -44.0, -20.0), (11.0, 7.0)),
    ((-21.0, 27.0, -62.0), (-76.0, -38.0, -46.0), (9.0, 6.0)),
)
_BLOBS: tuple[tuple[Triple, Triple], ...] = (
    # ischial tuberosity, body of the pubis
    ((-17.0, 33.0, -62.0), (12.0, 13.0, 18.0)),
    ((-80.0, -46.0, -32.0), (8.5, 8.0, 18.0)),
)
_WING_AT_MM, _WING_MM, _WING_HALF_MM = (0.0, 10.0, 100.0), 66.0, 3.8
_WING_NORMAL = (0.73, 0.50, -0.47)
# The fossa in the socket's floor and its notch, towards the midline and down.
_FOSSA = (-0.60, -0.05, -0.80)
_FOSSA_MM, _FOSSA_DEPTH_MM, _NOTCH_MM = 12.0, 3.5, 8.0
_BELOW = (-0.25, -0.15, -1.0)
_SOURCIL_MM = 4.0


def innominate_distance_mm(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Signed distance to the hip bone; its joint surface is an exact sphere about the head's centre."""
    k, socket = form.scale, form.socket_mm
    radius = np.sqrt(x * x + y * y + z * z)
    cup = tuple(np.float32(value) for value in form.cup)
    opening = x * cup[0] + y * cup[1] + z * cup[2]
    shell = np.maximum(radius - np.float32(socket + k * _SHELL_MM), opening + np.float32(k * _RIM_MM))
    surface = np.asarray(shell, np.float32)
    for start, end, radii in _RODS:
        a, b = _laid(start, form), _laid(end, form)
        rod = tapered_capsule(x, y, z, a, b, (k * radii[0], k * radii[1]))
        surface = smooth_min(surface, rod, k * _FILLET_MM)
    for centre, half in _BLOBS:
        blob = ellipsoid(x, y, z, _laid(centre, form), triple(k * np.asarray(half)))
        surface = smooth_min(surface, blob, k * _FILLET_MM)
    surface = smooth_min(surface, _wing(form, x, y, z), 2 * k * _FILLET_MM)
    return smooth_max(surface, -_cavity(form, x, y, z, radius), 1.5)


def innominate_cortex_mm(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Thickness of the cortex, most in the weight-bearing roof of the socket."""
    radius = np.sqrt(x * x + y * y + z * z)
    up = np.clip((0.25 * x + z) / np.maximum(radius, 1) - np.float32(0.55), 0, 0.3) / np.float32(0.3)
    roof = up * np.exp(-(((radius - np.float32(form.socket_mm)) / _SOURCIL_MM) ** 2))
    return np.asarray(np.float32(form.wall_mm) * (np.float32(0.6) + np.float32(0.7) * roof), np.float32)


def treated_limits_mm(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Signed distance to the part of the hip bone that is treated: above the socket and medial to it.

    The walls before and behind the head are left out, as in an outline drawn along the roof.
    """
    k = form.scale
    above = z - np.float32(form.socket_mm + 30 * k)
    below = np.float32(0.45 * form.socket_mm) - z
    medial = np.float32(-44 * k) - x
    head = np.float32(form.socket_mm) - np.hypot(x, z)
    limits = smooth_max(np.asarray(above + 0 * x, np.float32), np.asarray(medial + 0 * z, np.float32), 6 * k)
    limits = smooth_max(limits, np.asarray(below + 0 * x, np.float32), 6 * k)
    return np.asarray(np.maximum(limits, head) + 0 * y, np.float32)


def _cavity(form: HipForm, x: Field, y: Field, z: Field, radius: Field) -> Field:
    """Distance to where there is no bone: the joint, the way out of it, the fossa and its notch."""
    k, socket = form.scale, form.socket_mm
    out = tapered_capsule(
        x, y, z, (0.0, 0.0, 0.0), triple(60.0 * np.asarray(form.cup)), (socket, socket + 6 * k)
    )
    fossa = np.asarray(_FOSSA) / np.linalg.norm(_FOSSA)
    deep = fossa * (socket + k * (_FOSSA_DEPTH_MM - _FOSSA_MM))
    low = (socket + 14 * k) * np.asarray(_BELOW)
    notch = tapered_capsule(x, y, z, triple(deep), triple(low), (k * _FOSSA_MM, k * _NOTCH_MM))
    joint = np.minimum(radius - np.float32(socket), out)
    return np.asarray(np.minimum(joint, notch), np.float32)


def _wing(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Thin plate of the ilium, facing aside and back."""
    k = form.scale
    centre = _laid(_WING_AT_MM, form)
    normal = np.asarray(_WING_NORMAL) / np.linalg.norm(_WING_NORMAL)
    u, v, w = (p - np.float32(c) for p, c in zip((x, y, z), centre, strict=True))
    off = u * np.float32(normal[0]) + v * np.float32(normal[1]) + w * np.float32(normal[2])
    across = np.sqrt(np.maximum(u * u + v * v + w * w - off * off, 0))
    return smooth_max(
        np.asarray(np.abs(off) - np.float32(k * _WING_HALF_MM), np.float32),
        np.asarray(across - np.float32(k * _WING_MM), np.float32),
        4.0 * k,
    )


def _laid(point: Triple, form: HipForm) -> Triple:
    """Own mm of a point given for the usual hip: what is above moves up with the roof."""
    k = form.scale
    rise = form.socket_mm - 28.0 * k
    share = min(max(point[2] / 28.0, -1.0), 1.0)
    aside = min(max(point[0] / 28.0, -1.0), 1.0)
    return k * point[0] + aside * rise, k * point[1], k * point[2] + share * rise
