"""A whole simulated case."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from leakwatch.config.section import Section
from leakwatch.simulate.config.anatomy import AnyPatient, SpineSection
from leakwatch.simulate.config.beam import BeamSection
from leakwatch.simulate.config.chain import ChainSection, StorageClass, TransferSyntax
from leakwatch.simulate.config.detector import CollimatorSection, DetectorSection, ExposureSection
from leakwatch.simulate.config.disturbance import DisturbanceSection
from leakwatch.simulate.config.injection import CementSection, LeakSection
from leakwatch.simulate.config.machine import MachineSection
from leakwatch.simulate.config.movement import MovementSection
from leakwatch.simulate.config.processing import ProcessingSection

_LARGEST_BYTES = 2**32 - 2
"""Of a value of known length (PS3.5 7.1)."""


class CaseSection(Section):
    """A whole simulated case."""

    schema_id: Literal["leakwatch.simulation/1"] = Field(default="leakwatch.simulation/1", alias="schema")
    name: str = Field(default="case", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    machine: MachineSection = MachineSection()
    beam: BeamSection = BeamSection()
    collimator: CollimatorSection = CollimatorSection()
    detector: DetectorSection = DetectorSection()
    exposure: ExposureSection = ExposureSection()
    processing: ProcessingSection = ProcessingSection()
    chain: ChainSection = ChainSection()
    anatomy: AnyPatient = SpineSection()
    cement: CementSection = CementSection()
    leak: LeakSection | None = None
    movement: MovementSection = MovementSection()
    disturbance: DisturbanceSection = DisturbanceSection()
    storage: StorageClass = StorageClass.XA
    transfer_syntax: TransferSyntax = TransferSyntax.JPEG_LS

    @model_validator(mode="after")
    def _parts_fit_together(self) -> CaseSection:
        if self.leak is not None and self.leak.start_s <= self.cement.start_s:
            msg = "a leak must start after the cement"
            raise ValueError(msg)
        asked = self.disturbance
        if asked.stylet is not None and asked.stylet.out_s + asked.stylet.duration_s > self.cement.start_s:
            msg = "the stylet must be out before the cement starts"
            raise ValueError(msg)
        if (
            asked.venogram is not None
            and asked.venogram.start_s + asked.venogram.duration_s > self.cement.start_s
        ):
            msg = "the contrast medium must be pushed before the cement starts"
            raise ValueError(msg)
        if asked.hand is not None and asked.hand.view is not None:
            views = len(self.machine.views)
            if asked.hand.view >= views:
                msg = f"disturbance.hand.view is {asked.hand.view}, and there are {views} views, from 0"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _fits_into_a_file(self) -> CaseSection:
        machine = self.machine
        frames = max(view.frames or machine.frames for view in machine.views)
        stored = frames * machine.rows * machine.columns * (1 if self.chain.bits_stored == 8 else 2)
        if stored >= _LARGEST_BYTES:
            msg = f"a run of {stored / 2**30:.1f} GiB does not fit into one DICOM object (4 GiB)"
            raise ValueError(msg)
        return self
