# SPDX-License-Identifier: Apache-2.0
"""Every fault of a JSON tree at once, found from the same annotations that decode it."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from nguon.base.errors import Fault
from nguon.epcis.grammar import Time
from nguon.epcis.model import EXTENSIONS_MEMBER
from nguon.epcis.shape import extra_of, struct_info, without_none
from nguon.epcis.syntax import escape

_SHOWN = 80
_CALENDAR_BEYOND_US = re.compile(
    r"(?:0000|0001-01-01|9999-12-31)|[0-9-]{10}[Tt][0-9]{2}:[0-9]{2}:60"
)
_JSON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "number"),
    (float, "number"),
    (dict, "object"),
    (list, "array"),
    (type(None), "null"),
)


def json_type(value: Any) -> str:
    """The JSON type of a decoded value."""
    return next(name for kind, name in _JSON_TYPES if isinstance(value, kind))


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def faults_of(tree: Any, struct: type[msgspec.Struct], pointer: str = "") -> Iterator[Fault]:
    """Everything that keeps a decoded JSON value from being this struct."""
    yield from _struct(tree, struct_info(struct), pointer)


def _value(value: Any, annotation: inspect.Type, pointer: str) -> Iterator[Fault]:
    core = without_none(annotation)
    if isinstance(core, inspect.StructType):
        yield from _struct(value, core, pointer)
    elif isinstance(core, inspect.ListType):
        yield from _list(value, core, annotation, pointer)
    elif isinstance(core, inspect.DictType):
        yield from _free(value, core, pointer)
    else:
        yield from _leaf(value, core, annotation, pointer)


def _struct(value: Any, info: inspect.StructType, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong_type(value, "object", pointer)
        return
    fields = {field.encode_name: field for field in info.fields}
    extensions = fields.pop(EXTENSIONS_MEMBER, None)
    for name, field in fields.items():
        if name in value:
            yield from _value(value[name], field.type, f"{pointer}/{escape(name)}")
        elif field.required:
            yield Fault(pointer, "epcis.member-missing", {"name": name})
    foreign = {name: part for name, part in value.items() if name not in fields}
    if extensions is not None:
        yield from _free(foreign, without_none(extensions.type), pointer)
    elif info.forbid_unknown_fields:
        for name in foreign:
            yield Fault(f"{pointer}/{escape(name)}", "epcis.member-forbidden", {"name": name})


def _free(value: Any, info: inspect.Type, pointer: str) -> Iterator[Fault]:
    assert isinstance(info, inspect.DictType)
    if not isinstance(value, dict):
        yield _wrong_type(value, "object", pointer)
        return
    names = without_none(info.key_type)
    for name in value:
        for _ in _leaf(name, names, info.key_type, pointer):
            yield Fault(f"{pointer}/{escape(name)}", "epcis.member-unknown", {"name": name})


def _list(
    value: Any, info: inspect.ListType, annotation: inspect.Type, pointer: str
) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong_type(value, "array", pointer)
        return
    if len(value) < (info.min_length or 0):
        yield Fault(pointer, "epcis.list-empty")
    for index, entry in enumerate(value):
        yield from _value(entry, info.item_type, f"{pointer}/{index}")
    extra = extra_of(annotation)
    if "check" in extra and not extra["check"](value):
        yield Fault(pointer, extra["code"])


def _leaf(
    value: Any, core: inspect.Type, annotation: inspect.Type, pointer: str
) -> Iterator[Fault]:
    expected = _expected(core)
    if expected and json_type(value) not in expected:
        yield _wrong_type(value, " / ".join(expected), pointer)
        return
    extra = extra_of(annotation)
    if isinstance(core, inspect.UnionType) and isinstance(value, list):
        listed = next(part for part in core.types if isinstance(part, inspect.ListType))
        yield from _list(value, listed, listed, pointer)
    elif not _accepts(value, core, extra):
        code = extra["code"]
        if code == "epcis.time" and _CALENDAR_BEYOND_US.match(value):
            code = "epcis.time-unrepresentable"
        yield Fault(pointer, code, {"value": _shown(value), **extra.get("params", {})})


def _accepts(value: Any, core: inspect.Type, extra: dict[str, Any]) -> bool:
    if isinstance(core, inspect.StrType):
        return core.pattern is None or re.search(core.pattern, value) is not None
    if isinstance(core, inspect.DateTimeType):
        try:
            msgspec.convert(value, Time)
        except msgspec.ValidationError:
            return False
    return "check" not in extra or bool(extra["check"](value))


def _expected(core: inspect.Type) -> tuple[str, ...]:
    """The JSON types that an annotation takes; nothing for any."""
    if isinstance(core, inspect.UnionType):
        return tuple(dict.fromkeys(kind for part in core.types for kind in _expected(part)))
    return _TYPES.get(type(core), ())


_TYPES: dict[type[inspect.Type], tuple[str, ...]] = {
    inspect.StrType: ("string",),
    inspect.DateTimeType: ("string",),
    inspect.IntType: ("number",),
    inspect.FloatType: ("number",),
    inspect.BoolType: ("boolean",),
    inspect.DictType: ("object",),
    inspect.ListType: ("array",),
}


def _wrong_type(value: Any, expected: str, pointer: str) -> Fault:
    return Fault(pointer, "epcis.type", {"expected": expected, "found": json_type(value)})
