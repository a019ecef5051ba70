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
    def _leak_follows_cement(self) -> CaseSection:
        if self.leak is not None and self.leak.start_s <= self.cement.start_s:
            msg = "a leak must start after the cement"
            raise ValueError(msg)
        return self
