"""The alarm frames as a Key Object Selection, which worklists and viewers jump to (PS3.3 A.35.4)."""

from __future__ import annotations

import highdicom as hd
from pydicom import Dataset
from pydicom.sr.coding import Code

from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import LeakEvent
from leakwatch.objects.equipment import MANUFACTURER
from leakwatch.objects.identity import Identity
from leakwatch.objects.report import device
from leakwatch.objects.shared import contributing, dated
from leakwatch.objects.source import Source

KIND = "key objects"
_TITLE = Code("113000", "DCM", "Of Interest")


def key_objects(source: Source, identity: Identity, events: tuple[LeakEvent, ...]) -> Dataset | None:
    """Select each leak's alarm frame; None where there is no leak."""
    if not events:
        return None
    alarms = sorted({event.alarm_frame for event in events})
    wanted = [source.frames[frame] for frame in alarms]
    named = {one.sop_instance_uid for one in wanted}
    instances = [one for one in source.instances if one.SOPInstanceUID in named]
    content = hd.ko.KeyObjectSelection(
        document_title=_TITLE,
        referenced_objects=instances,
        observer_device_context=device(identity),
        description=f"First frames on which leakwatch flags cement outside the bone. {RESEARCH_USE}",
    )
    for item in content[0].ContentSequence:
        if item.ValueType == "IMAGE":
            reference = item.ReferencedSOPSequence[0]
            numbers = [
                one.number
                for one in wanted
                if one.sop_instance_uid == reference.ReferencedSOPInstanceUID and one.number is not None
            ]
            if numbers:
                reference.ReferencedFrameNumber = numbers if len(numbers) > 1 else numbers[0]
    dataset = hd.ko.KeyObjectSelectionDocument(
        evidence=instances,
        content=content,
        series_instance_uid=identity.uid(f"{KIND} series"),
        series_number=9003,
        sop_instance_uid=identity.uid(KIND),
        instance_number=1,
        manufacturer=MANUFACTURER,
        contributing_equipment=[contributing(identity)],
    )
    return dated(dataset, source)
