"""What machines, their beams and their files differ in."""

from __future__ import annotations

from leakwatch.bench.survey.factor import HIP, PELVIS, SPINE, Between, Factor, OfField, each, level, spread

_NOT_HIP = SPINE | PELVIS
# Across a hip the other one lies in the beam: there the second view is an oblique one.
_AP, _LATERAL, _OBLIQUE = {"primary_deg": 0.0}, {"primary_deg": 90.0}, {"primary_deg": 45.0}
_ALTERNATE: dict[str, object] = {"run_s": 5.6, "turn_s": 6.2, "machine.layout": "single"}
_LEAD = {"collimator.half_width_mm": OfField(0.46), "collimator.half_height_mm": OfField(0.38)}


def _chain(relationship: str, bits: int, lsb_per_neper: float = 46.0) -> dict[str, object]:
    return {
        "chain.relationship": relationship,
        "chain.bits_stored": bits,
        "chain.lsb_per_neper": lsb_per_neper,
    }


MACHINE: tuple[Factor, ...] = (
    Factor(
        "views",
        (
            level("biplane AP + lateral", {"machine.views": [_AP, _LATERAL]}, sites=_NOT_HIP),
            level("biplane AP + 45°", {"machine.views": [_AP, _OBLIQUE]}),
            level(
                "biplane tilted",
                {
                    "machine.views": [
                        {"primary_deg": -20.0, "secondary_deg": 12.0},
                        {"primary_deg": 70.0, "secondary_deg": -8.0},
                    ]
                },
                sites=_NOT_HIP,
            ),
            level("AP alone", {"machine.views": [_AP], "machine.layout": "single"}),
            level("lateral alone", {"machine.views": [_LATERAL], "machine.layout": "single"}, sites=_NOT_HIP),
            level("oblique alone", {"machine.views": [_OBLIQUE], "machine.layout": "single"}),
            level("alternating", _ALTERNATE | {"machine.views": [_AP, _LATERAL]}, sites=_NOT_HIP),
            level("alternating", _ALTERNATE | {"machine.views": [_AP, _OBLIQUE]}, sites=HIP),
        ),
    ),
    each("frames/s", "machine.frames_per_s", 3.0, 7.5, 10.0, 15.0, 30.0),
    Factor(
        "matrix",
        (
            level("192²", {"machine.rows": 192, "machine.columns": 192}),
            level("224²", {"machine.rows": 224, "machine.columns": 224}),
            level("256²", {"machine.rows": 256, "machine.columns": 256}),
            level("256 x 208", {"machine.rows": 208, "machine.columns": 256}),
        ),
    ),
    Factor(
        "field mm",
        (
            level("85 to 105", {"field_mm": Between(85.0, 105.0)}, sites=SPINE),
            level("105 to 125", {"field_mm": Between(105.0, 125.0)}, sites=SPINE | HIP),
            level("125 to 150", {"field_mm": Between(125.0, 150.0)}),
        ),
    ),
    spread("kVp", "beam.kvp", 65.0, 80.0, 100.0),
    spread("copper mm", "beam.copper_mm", 0.0, 0.2, 0.6),
    spread("quanta per pixel", "detector.photons_per_pixel", 150.0, 400.0, 1000.0, 2500.0, log=True),
    spread("scatter to primary", "detector.scatter_to_primary", 0.3, 0.8, 1.6),
    spread("detector blur px", "detector.blur_px", 0.2, 0.5, 0.8),
    spread("lag", "detector.lag", 0.01, 0.04, 0.1),
    each("exposure control", "exposure.control", "fixed", "automatic"),
    each("settling frames", "exposure.settling_frames", 0, 5),
    Factor(
        "collimator",
        (
            level("open"),
            level("rectangle", {"collimator.form": "rectangle", **_LEAD}),
            level("circle", {"collimator.form": "circle", "collimator.half_width_mm": OfField(0.49)}),
        ),
    ),
    Factor(
        "recursive filter",
        (
            level("none"),
            level("0.3", {"processing.recursive": 0.3}),
            level("0.6", {"processing.recursive": 0.6}),
            level(
                "0.6, yields to motion",
                {"processing.recursive": 0.6, "processing.recursive_yields_at": 0.1},
            ),
        ),
    ),
    each("edge enhancement", "processing.edge_gain", 0.0, 0.8),
    Factor(
        "burned-in text",
        (level("no"), level("yes", {"processing.burned_in_text": "FLUORO 12.3"})),
    ),
    Factor(
        "stored values",
        (
            level("LOG, 8 bits", _chain("LOG", 8, 40.0)),
            level("LOG, 10 bits", _chain("LOG", 10, 46.0)),
            level("LOG, 12 bits", _chain("LOG", 12, 400.0)),
            level("LIN, 12 bits", _chain("LIN", 12)),
            level("LIN, 16 bits", _chain("LIN", 16)),
            level("DISP, 8 bits", _chain("DISP", 8)),
            level("DISP, 10 bits", _chain("DISP", 10)),
        ),
    ),
    each("sign", "chain.sign", 1, -1),
    each("photometric", "chain.photometric", "MONOCHROME1", "MONOCHROME2"),
    each("object", "storage", "xa", "rf"),
    each("transfer syntax", "transfer_syntax", "explicit_le", "jpeg_ls"),
)
