"""Which bone is treated and how cement leaves it: the first thing that is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.bench.survey.factor import Setting
from leakwatch.nouns import Site
from leakwatch.simulate.config.injection import LeakKind

_USUAL_ML_PER_MIN = 3.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a bone; `rate_ml_per_min` is about what it can take."""

    site: Site
    kind: LeakKind
    rate_ml_per_min: float = _USUAL_ML_PER_MIN
    settings: tuple[Setting, ...] = ()
    name: str = ""

    @property
    def label(self) -> str:
        """What the way is called in the tables."""
        return self.name or self.kind.value.replace("_", " ")


ANATOMIES: dict[Site, tuple[Setting, ...]] = {
    Site.VERTEBRA: (Setting("anatomy.kind", "spine"),),
    Site.SACRUM: (Setting("anatomy.kind", "sacrum"),),
    Site.FEMUR: (Setting("anatomy.kind", "hip"), Setting("anatomy.treated", "femur")),
    Site.ACETABULUM: (Setting("anatomy.kind", "hip"), Setting("anatomy.treated", "acetabulum")),
}

# A vein holds little, and what breaks off must have leaked before.
_EMBOLUS = (Setting("leak.embolus", {"start_s": 6.2, "volume_ul": 12.0}),)

WAYS: tuple[Way, ...] = (
    Way(Site.VERTEBRA, LeakKind.LATERAL),
    Way(Site.VERTEBRA, LeakKind.ANTERIOR),
    Way(Site.VERTEBRA, LeakKind.POSTERIOR, 2.0),
    Way(Site.VERTEBRA, LeakKind.EPIDURAL),
    Way(Site.VERTEBRA, LeakKind.VEIN, 1.0),
    Way(Site.VERTEBRA, LeakKind.VEIN, 2.0, _EMBOLUS, "vein with embolus"),
    Way(Site.VERTEBRA, LeakKind.DISC),
    Way(Site.VERTEBRA, LeakKind.FORAMINAL, 1.5),
    Way(Site.VERTEBRA, LeakKind.NEEDLE_TRACK, 2.0),
    Way(Site.SACRUM, LeakKind.PRESACRAL),
    Way(Site.SACRUM, LeakKind.POSTERIOR, 2.0),
    Way(Site.SACRUM, LeakKind.FORAMINAL, 1.5),
    Way(Site.SACRUM, LeakKind.VEIN, 1.0),
    Way(Site.SACRUM, LeakKind.DISC),
    Way(Site.SACRUM, LeakKind.NEEDLE_TRACK, 2.0),
    Way(Site.FEMUR, LeakKind.INTRA_ARTICULAR),
    Way(Site.FEMUR, LeakKind.SOFT_TISSUE),
    Way(Site.FEMUR, LeakKind.VEIN, 1.0),
    Way(Site.FEMUR, LeakKind.NEEDLE_TRACK, 2.0),
    Way(Site.ACETABULUM, LeakKind.INTRA_ARTICULAR),
    Way(Site.ACETABULUM, LeakKind.SOFT_TISSUE),
    Way(Site.ACETABULUM, LeakKind.VEIN, 1.0),
    Way(Site.ACETABULUM, LeakKind.NEEDLE_TRACK, 2.0),
)
