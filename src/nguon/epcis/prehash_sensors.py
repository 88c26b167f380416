# SPDX-License-Identifier: Apache-2.0
"""Sensor elements in the pre-hash (CBV 2.0 section 8.9, canonical property order no. 23)."""

from collections.abc import Iterable, Iterator

from nguon.epcis import model
from nguon.epcis import prehash_values as values
from nguon.epcis.prehash_extensions import Extended
from nguon.epcis.prehash_names import Namespaces


def sensor_elements(elements: Iterable[model.SensorElement], scope: Extended) -> Iterator[str]:
    """``sensorElementList`` and its elements: metadata, reports, extensions, each sorted."""
    found = sorted(_element(element, scope) for element in elements)
    if found:
        yield "sensorElementList"
        yield from found


def report_rules(elements: Iterable[model.SensorElement], names: Namespaces) -> Iterator[str]:
    """``bizRules`` of sensor reports, which the canonical order forgot: in the tail, with path.

    So the reference implementation treats them, and its vectors decide.
    """
    found = sorted(filter(None, (_rules_of(element, names) for element in elements)))
    if found:
        yield f"sensorElementList{''.join(found)}"


def _rules_of(element: model.SensorElement, names: Namespaces) -> str:
    rules = sorted(
        f"sensorReportbizRules={values.plain(report.biz_rules, names)}"
        for report in element.sensor_report
        if report.biz_rules is not None
    )
    return f"sensorElement{''.join(rules)}" if rules else ""


def _element(element: model.SensorElement, scope: Extended) -> str:
    parts = ["sensorElement"]
    if element.sensor_metadata is not None:
        members = list(_metadata(element.sensor_metadata, scope))
        parts += ["sensorMetadata", *members] if members else []
    parts += sorted(
        "sensorReport" + "".join(_report(report, scope)) for report in element.sensor_report
    )
    parts += scope.members(element.extensions)
    return "".join(parts)


def _metadata(metadata: model.SensorMetadata, scope: Extended) -> Iterator[str]:
    for name, moment in (
        ("time", metadata.time),
        ("startTime", metadata.start_time),
        ("endTime", metadata.end_time),
    ):
        if moment is not None:
            yield f"{name}={values.time(moment)}"
    yield from _device(metadata, scope)
    if metadata.biz_rules is not None:
        yield f"bizRules={values.plain(metadata.biz_rules, scope.names)}"
    yield from scope.members(metadata.extensions)


def _device(part: model.SensorMetadata | model.SensorReport, scope: Extended) -> Iterator[str]:
    for name, text in (
        ("deviceID", part.device_id),
        ("deviceMetadata", part.device_metadata),
        ("rawData", part.raw_data),
        ("dataProcessingMethod", part.data_processing_method),
    ):
        if text is not None:
            yield f"{name}={values.plain(text, scope.names)}"


def _report(report: model.SensorReport, scope: Extended) -> Iterator[str]:
    names = scope.names
    yield f"type={values.word(report.type, values.VOC, names)}"
    if report.exception is not None:
        yield f"exception={values.word(report.exception, values.VOC, names)}"
    yield from _device(report, scope)
    if report.time is not None:
        yield f"time={values.time(report.time)}"
    for name, value in (
        ("microorganism", report.microorganism),
        ("chemicalSubstance", report.chemical_substance),
        ("value", report.value),
        ("component", _component(report, scope)),
        ("stringValue", report.string_value),
        ("booleanValue", report.boolean_value),
        ("hexBinaryValue", report.hex_binary_value),
        ("uriValue", report.uri_value),
        ("minValue", report.min_value),
        ("maxValue", report.max_value),
        ("meanValue", report.mean_value),
        ("sDev", report.s_dev),
        ("percRank", report.perc_rank),
        ("percValue", report.perc_value),
        ("uom", report.uom),
        ("coordinateReferenceSystem", report.coordinate_reference_system),
    ):
        if value is not None:
            text = values.scalar(value, names)
            if text:
                yield f"{name}={text}"
    yield from scope.members(report.extensions)


def _component(report: model.SensorReport, scope: Extended) -> str | None:
    if report.component is None:
        return None
    return values.word(report.component, values.COMPONENT, scope.names)
