"""What patients and injections differ in."""

from __future__ import annotations

from leakwatch.bench.survey.factor import HIP, PELVIS, SPINE, Between, Factor, each, level, spread
from leakwatch.simulate.config.injection import Product

PATIENT: tuple[Factor, ...] = (
    spread("bone density", "anatomy.bone_density", 0.6, 0.85, 1.2, sites=SPINE),
    each("collapse", "anatomy.collapse_form", "wedge", "biconcave", "crush", sites=SPINE),
    spread("collapse mm", "anatomy.collapse_mm", 0.0, 4.0, 9.0, sites=SPINE),
    Factor(
        "lesion",
        (
            level("none"),
            level("lytic", {"anatomy.lesion": {"centre_mm": [9.0, -4.0, 1.0]}}, sites=SPINE),
        ),
    ),
    each("ribs", "anatomy.ribs", False, True, sites=SPINE),
    spread("calcified aorta", "anatomy.aortic_calcification", 0.0, 0.1, 0.5, sites=SPINE),
    spread("sacral tilt deg", "anatomy.tilt_deg", 30.0, 40.0, 52.0, sites=PELVIS),
    spread("sacral curve deg", "anatomy.curve_deg", 45.0, 65.0, 85.0, sites=PELVIS),
    each("sacral approach", "anatomy.approach", "short", "long", sites=PELVIS),
    each("side", "anatomy.side", "left", "right", sites=HIP),
    spread("neck-shaft angle deg", "anatomy.neck_shaft_deg", 120.0, 128.0, 136.0, sites=HIP),
    spread("anteversion deg", "anatomy.anteversion_deg", 5.0, 14.0, 23.0, sites=HIP),
    spread("joint space mm", "anatomy.joint_space_mm", 2.5, 4.0, 5.0, sites=HIP),
    each("needle side", "anatomy.needle_side", "left", "right"),
    each("gas pockets", "anatomy.gas_pockets", 0, 6, 12),
)

CEMENT: tuple[Factor, ...] = (
    # Nobody injects cement that is not made opaque.
    each("product", "cement.product", *(one for one in Product if one is not Product.PMMA)),
    spread("cement ml/min", "cement.rate_ml_per_min", 4.0, 7.0, 11.0),
    spread("bone resistance", "cement.heterogeneity", 0.5, 0.9, 1.2),
    Factor(
        "injection",
        (level("steady"), level("pause", {"cement.pauses": [{"after_s": 5.2, "duration_s": 0.8}]})),
    ),
    Factor("leak ends", (level("goes on"), level("seals", {"leak.stop_s": 6.8})), leaking=True),
    Factor(
        "leak flow",
        (level("slow", {"flow": Between(0.5, 0.8)}), level("usual", {"flow": Between(0.8, 1.4)})),
        leaking=True,
    ),
)
