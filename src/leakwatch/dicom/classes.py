"""SOP classes that more than one room asks for."""

from __future__ import annotations

from pydicom.uid import UID, SegmentationStorage

# the second is Label Map Segmentation Storage, which is younger than the names that pydicom has
SEGMENTATIONS = (SegmentationStorage, UID("1.2.840.10008.5.1.4.1.1.66.7"))
