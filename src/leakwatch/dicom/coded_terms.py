"""The few codes of PS3.16 Annex D that are read; pydicom's table of all codes costs 130 MB and a second."""

DCM = "DCM"
EDGE_ENHANCEMENT = "113086"
UNSHARP_MASK = "113089"
PIXEL_BY_PIXEL_SUBTRACTION = "113062"
OTHER_IMAGE_OF_BIPLANE_PAIR = "121314"
