"""The whole configuration as one frozen tree."""

from typing import Literal

from pydantic import Field

from leakwatch.config.batch import BatchConfig
from leakwatch.config.deidentify import DeidentifyConfig
from leakwatch.config.dicom import DicomConfig
from leakwatch.config.imaging import ImagingConfig
from leakwatch.config.listen import ListenConfig
from leakwatch.config.nodes import ArchivesConfig
from leakwatch.config.report import ReportConfig
from leakwatch.config.section import Section
from leakwatch.config.video import VideoConfig
from leakwatch.config.views import ViewsConfig
from leakwatch.config.watch import WatchConfig


class Config(Section):
    """Everything a user can set; every default lives here and nowhere else."""

    schema_id: Literal["leakwatch.config/1"] = Field(default="leakwatch.config/1", alias="schema")
    dicom: DicomConfig = DicomConfig()
    video: VideoConfig = VideoConfig()
    imaging: ImagingConfig = ImagingConfig()
    views: ViewsConfig = ViewsConfig()
    report: ReportConfig = ReportConfig()
    batch: BatchConfig = BatchConfig()
    listen: ListenConfig = ListenConfig()
    watch: WatchConfig = WatchConfig()
    archives: ArchivesConfig = ArchivesConfig()
    deidentify: DeidentifyConfig = DeidentifyConfig()
