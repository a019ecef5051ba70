"""The sentence owed to a colour picture."""

from __future__ import annotations

from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.values import named


def colour_warning(header: Header, layout: Layout) -> str:
    """Say what was made of the colours; that they are none, only where the header alone tells."""
    cost = "the values are shaped for the eye: no thickness and no volume"
    photometric = f"{named('PhotometricInterpretation')} is {layout.photometric}"
    if layout.grey_palette:
        return f"{photometric} with a palette of greys, which are taken for the values; {cost}"
    if layout.is_moving:
        return f"{photometric}; of the video only brightness is analysed and colour is dropped; {cost}"
    return f"{photometric}; only brightness is analysed (luminance of ITU-R BT.601); {cost}"
