"""Outlines and leaks as a softcopy presentation state: drawn by the viewer, over the untouched run."""

from __future__ import annotations

from collections.abc import Iterable

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from leakwatch.objects.equipment import MANUFACTURER, MODEL, SERIAL
from leakwatch.objects.identity import Identity
from leakwatch.objects.moment import Moment
from leakwatch.objects.retired_class import as_known, with_true_class
from leakwatch.objects.shared import contributing, dated, with_unknown_side
from leakwatch.objects.source import Source
from leakwatch.review.contours import mask_paths
from leakwatch.review.window import DisplayWindow

KIND = "presentation state"


def presentation_state(
    source: Source,
    identity: Identity,
    window: DisplayWindow,
    moments: Iterable[tuple[NDArray[np.uint8], Moment]],
) -> Dataset:
    """Make the presentation state of a run: a layer for outlines, one for leaks, each frame its own.

    Parameters
    ----------
    moments
        Page of the label picture and moment of each frame.
    """
    outline = hd.pr.GraphicLayer(
        "OUTLINE", 1, "Treated bone, carried along", display_color=_cielab(85, 0, 70)
    )
    leak = hd.pr.GraphicLayer(
        "LEAK", 2, "Cement outside the bone, research only", display_color=_cielab(60, 65, 45)
    )
    known = as_known(source).instances
    by_uid = {str(one.SOPInstanceUID): one for one in known}
    annotations = []
    for labels, moment in moments:
        place = source.frames[moment.index]
        paths = [np.array(path).reshape(-1, 2) for path in mask_paths(labels == 2)]
        polygons = [polygon + 0.5 for polygon in moment.outlines_xy_px]
        for layer, shapes in ((outline, polygons), (leak, paths)):
            if shapes:
                annotations.append(
                    hd.pr.GraphicAnnotation(
                        [by_uid[place.sop_instance_uid]],
                        layer,
                        referenced_frame_number=place.number,
                        graphic_objects=[_closed(shape) for shape in shapes],
                    )
                )
    width = abs(window.white - window.black)
    dataset: Dataset = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=list(known),
        series_instance_uid=identity.uid(f"{KIND} series"),
        series_number=9004,
        sop_instance_uid=identity.uid(KIND),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MODEL,
        software_versions=identity.version,
        device_serial_number=SERIAL,
        content_label="LEAKWATCH",
        content_description="Outline and leaks by leakwatch, research only",
        graphic_annotations=annotations,
        graphic_layers=[outline, leak],
        # both are given outright: highdicom looks for functional groups otherwise, which these runs lack
        modality_lut_transformation=hd.ModalityLUTTransformation(
            rescale_intercept=0.0, rescale_slope=1.0, rescale_type="US"
        ),
        voi_lut_transformations=[
            hd.pr.SoftcopyVOILUTTransformation(
                window_center=(window.white + window.black) / 2, window_width=max(width, 1.0)
            )
        ],
        presentation_lut_transformation=hd.PresentationLUTTransformation(
            presentation_lut_shape="INVERSE" if window.black > window.white else "IDENTITY"
        ),
        contributing_equipment=[contributing(identity)],
    )
    dataset = dated(with_true_class(dataset, source), source)
    dataset = with_unknown_side(dataset)
    date, time = source.moment
    dataset.PresentationCreationDate, dataset.PresentationCreationTime = date, time
    return dataset


def _closed(corners: NDArray[np.float64]) -> hd.pr.GraphicObject:
    """Close a line whose corners count from the outer edge of the first pixel, as PIXEL units do."""
    return hd.pr.GraphicObject("POLYLINE", np.vstack([corners, corners[:1]]), units="PIXEL")


def _cielab(lightness: float, green_red: float, blue_yellow: float) -> hd.color.CIELabColor:
    return hd.color.CIELabColor(lightness, green_red, blue_yellow)
