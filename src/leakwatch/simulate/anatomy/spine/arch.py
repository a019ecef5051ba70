"""What stands behind a vertebral body: pedicles, facets, laminae, spinous and transverse processes."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.simulate.anatomy.parts import Part, blob
from leakwatch.simulate.anatomy.spine.body_shape import BodyShape
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.volume.triple import Triple

# L3: pedicles 9 mm wide and 14.5 mm high, 23 mm of canal between them.
_PEDICLE_AT = 0.70
_PEDICLE_UP_MM = 4.5
_SHELL_MM = 0.8
_THIN_SHELL_MM = 0.6
_FACET_SHELL_MM = 1.2


@dataclass(frozen=True, slots=True)
class Arch:
    """The parts, and where the middle of each pedicle lies: own mm of the vertebra."""

    parts: tuple[Part, ...]
    left_pedicle_mm: Triple
    right_pedicle_mm: Triple


def draw_arch(body: BodyShape, rib_bearing: bool, variation: Variation) -> Arch:
    """Draw the posterior elements of one vertebra, each side for itself.

    Parameters
    ----------
    rib_bearing
        A thoracic vertebra: its transverse processes are short stumps.
    """
    aside = variation.about(_PEDICLE_AT * body.width_mm / 2, 0.03)
    size = variation.about(1.0, 0.06)
    left = _side(1.0, body, aside, size, rib_bearing, variation)
    right = _side(-1.0, body, aside, size, rib_bearing, variation)
    back = body.back_mm
    reach, droop = variation.about(17.0, 0.12), variation.about(4.0, 0.4)
    thick, bent = variation.about(2.8, 0.12), variation.normal(0.8)
    spinous = (
        Part(
            (0.0, back + 26, -5.0), (bent, back + 29 + reach, -7 - droop), (thick, 5.0, 6.0), _THIN_SHELL_MM
        ),
        # Its lower border is thicker: a teardrop in the AP view.
        Part(
            (0.3 * bent, back + 32, -10.0),
            (bent, back + 30 + reach, -11 - droop),
            (thick + 1.3, 4.0, 5.0),
            _THIN_SHELL_MM,
        ),
    )
    middle = back + 6.0
    return Arch(
        (*left, *right, *spinous),
        (aside, middle, _PEDICLE_UP_MM),
        (-aside, middle, _PEDICLE_UP_MM),
    )


def _side(
    side: float, body: BodyShape, aside: float, size: float, rib_bearing: bool, variation: Variation
) -> tuple[Part, ...]:
    """One half: pedicle, pars, facets, lamina, transverse process."""
    back = body.back_mm
    wide, high = variation.about(4.5, 0.08), variation.about(7.0, 0.06)
    facet, apart = size * variation.about(1.0, 0.10), variation.normal(1.2)
    reach = 13.0 if rib_bearing else variation.about(25.0, 0.10)
    sweep, rise = variation.about(7.0, 0.25), variation.normal(3.0)

    def at(x: float, y: float, z: float) -> Triple:
        return side * x, back + y, z

    # A body that lost height brings its lower facets no lower: the arch stands.
    low = -0.5 * body.height_mm
    return (
        # pedicle: an oval on end in the AP view
        Part(at(aside - 0.8, -2, _PEDICLE_UP_MM), at(aside + 1, 12, 4), (wide, 5, high), _SHELL_MM),
        # superior facet, pars, inferior facet; joints wear, and the bone under them thickens
        blob(at(aside + 4.5, 15, 12.5), (4.2 * facet, 4.8 * facet, 8.5 * facet), _FACET_SHELL_MM),
        Part(at(aside + 1.5, 15, 6), at(aside - 1.5, 20, -11), (4.0, 3.6, 4.0), _SHELL_MM),
        blob(
            at(aside - 1.5 + apart, 21.5, low - 7), (4.6 * facet, 3.8 * facet, 9.5 * facet), _FACET_SHELL_MM
        ),
        # lamina, a plate sloping to the spinous process
        Part(at(aside - 2, 18, -3), at(1.0, 25.5, -6), (3.0, 3.2, 7.5 * size), _THIN_SHELL_MM),
        # transverse process, thin from front to back
        Part(
            at(aside + 3, 13, 4),
            at(aside + 4 + reach, 13 + sweep, 5 + rise),
            (3.0, 2.2, 4.2 * size),
            _THIN_SHELL_MM,
        ),
    )
