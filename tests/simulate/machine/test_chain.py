import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.nouns import Relationship
from leakwatch.simulate.config.chain import ChainSection
from leakwatch.simulate.machine.chain import modality_lut, stored_values

chains = st.builds(
    ChainSection,
    relationship=st.sampled_from([Relationship.LOG, Relationship.DISP]),
    sign=st.sampled_from([-1, 1]),
    bits_stored=st.integers(8, 16),
    display_gamma=st.floats(0.3, 1.5),
)


@given(chains, st.floats(0.5, 7.5))
def test_the_modality_lut_undoes_the_chain_to_a_stored_step(config: ChainSection, signal: float) -> None:
    lut = modality_lut(config)
    assert lut is not None
    first, table = lut
    value = int(stored_values(np.array([signal]), config)[0])
    steps = np.clip([value - 1 - first, value - first, value + 1 - first], 0, len(table) - 1)
    around = table[steps].astype(float) / 65535 * config.white_level
    assert min(around) - 1.3e-4 <= signal <= max(around) + 1.3e-4
    # The entry is the middle of what is stored as this value, up to its own rounding.
    again = int(stored_values(np.array([around[1]]), config)[0])
    rounded = int(stored_values(np.array([around[1] + 0.5 / 65535 * config.white_level]), config)[0])
    assert min(again, rounded) - 1 <= value <= max(again, rounded) + 1


@given(
    st.sampled_from(list(Relationship)[:3]), st.sampled_from([-1, 1]), st.floats(0.1, 6), st.floats(0.1, 6)
)
def test_sign_says_which_way_stored_values_run(
    relationship: Relationship, sign: int, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    config = ChainSection(relationship=relationship, sign=sign, bits_stored=12)
    dark, light = stored_values(np.array([low, high]), config).astype(int)
    assert sign * (light - dark) >= 0


def test_linear_needs_no_lut_and_saturates_at_white() -> None:
    config = ChainSection(relationship=Relationship.LIN, bits_stored=10, white_level=4.0)
    assert modality_lut(config) is None
    assert stored_values(np.array([0.0, 2.0, 4.0, 9.0]), config).tolist() == [0, 512, 1023, 1023]
