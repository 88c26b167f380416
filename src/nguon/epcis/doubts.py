# SPDX-License-Identifier: Apache-2.0
"""What GS1's requirements forbid and GS1's own published examples do.

Such an event can be read without loss, and others send it: it is kept with a
named warning, and refused where the submitter's key is strict.
``docs/epcis-validation.md`` lists each with its clause.
"""

from collections.abc import Iterator
from datetime import datetime

from nguon.base.errors import Fault
from nguon.epcis.model import Event, SensorElement, SensorMetadata, SensorReport

_ONCE = (
    ("time", "time"),
    ("device_id", "deviceID"),
    ("device_metadata", "deviceMetadata"),
    ("raw_data", "rawData"),
    ("data_processing_method", "dataProcessingMethod"),
)


def doubts(event: Event) -> Iterator[Fault]:
    """The doubts about an event, as pointers relative to it."""
    elements: list[SensorElement] = getattr(event, "sensor_element_list", [])
    for index, element in enumerate(elements):
        where = f"/sensorElementList/{index}"
        metadata = element.sensor_metadata
        if metadata is not None:
            yield from _late(metadata, event.event_time, f"{where}/sensorMetadata")
        for place, report in enumerate(element.sensor_report):
            at = f"{where}/sensorReport/{place}"
            yield from _late(report, event.event_time, at)
            if metadata is not None:
                yield from _twice(metadata, report, at)


def _late(part: SensorMetadata | SensorReport, happened: datetime, pointer: str) -> Iterator[Fault]:
    """GS1 requirement M122: nothing is measured after the event."""
    if part.time is not None and part.time > happened:
        yield Fault(f"{pointer}/time", "epcis.sensor-time-late")


def _twice(metadata: SensorMetadata, report: SensorReport, pointer: str) -> Iterator[Fault]:
    """GS1 test case TCR-53 step 29: an attribute stands in the metadata or in the report."""
    for field, name in _ONCE:
        if getattr(metadata, field) is not None and getattr(report, field) is not None:
            yield Fault(f"{pointer}/{name}", "epcis.sensor-attribute-twice", {"name": name})
