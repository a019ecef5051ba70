"""All that a configuration puts into the beam of one view beside the patient."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.disturbance.gas_wave import gas_wave_shadow
from leakwatch.simulate.disturbance.hand import hand_shadows
from leakwatch.simulate.disturbance.needle import needle_shadows
from leakwatch.simulate.disturbance.prior_cement import prior_cement_shadow
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.disturbance.venogram import venogram_shadow
from leakwatch.simulate.motion.layers import Layers
from leakwatch.simulate.scene import Scene


def shadows_of(scene: Scene, layers: Layers, plane: int, seed: int) -> tuple[Shadow, ...]:
    """Give every shadow; what is drawn at random is the same in all views.

    Raises
    ------
    ValueError
        A disturbance asks for what this anatomy does not have.
    """
    asked = scene.config.disturbance
    shadows = list(needle_shadows(scene, layers))
    # The same stream in every view: older cement and a stain are one thing seen from two sides.
    if asked.prior_cement is not None:
        shadows.append(
            prior_cement_shadow(asked.prior_cement, scene, layers, np.random.default_rng([seed, 4]))
        )
    if asked.venogram is not None:
        shadows.append(venogram_shadow(asked.venogram, scene, layers, np.random.default_rng([seed, 5])))
    if asked.gas_wave is not None:
        shadows.append(gas_wave_shadow(asked.gas_wave, scene, layers))
    if asked.hand is not None and asked.hand.view in (None, plane):
        shadows.extend(hand_shadows(asked.hand, scene.config.machine))
    return tuple(shadows)
