# SPDX-License-Identifier: Apache-2.0
"""From JSON trees to typed values at full speed: what msgspec alone does not do.

A `Shape` is read off a struct's annotations once: which members are known,
which carry a check beyond their pattern, which parts need the same care.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import inspect

from nguon.epcis.grammar import MAX_EXACT_INTEGER
from nguon.epcis.model import EXTENSIONS_MEMBER

MAX_DEPTH = 64
"""How many levels of objects and arrays may nest in a document."""

AROUND_EVENT = 5
"""Levels around an event in the deepest envelope: an event nests 59 deep wherever it stands."""

Check = Callable[[Any], bool]
T = TypeVar("T")


class Care(NamedTuple):
    """What a member needs besides msgspec: its check, and its content if that needs care too."""

    check: Check | None
    part: "Shape | None"
    listed: bool
    anything: bool


class Shape:
    """What the conversion of one struct has to look after besides msgspec."""

    __slots__ = ("free", "members")

    def __init__(self, struct: type[msgspec.Struct]) -> None:
        names = {field.encode_name: field.type for field in struct_info(struct).fields}
        self.free = names.pop(EXTENSIONS_MEMBER, None) is not None
        self.members = {name: _care_of(annotation) for name, annotation in names.items()}


def _care_of(annotation: inspect.Type) -> Care | None:
    core = without_none(annotation)
    listed = isinstance(core, inspect.ListType)
    if isinstance(core, inspect.ListType):
        core = without_none(core.item_type)
    part = shape_of(core.cls) if isinstance(core, inspect.StructType) else None
    if part is not None and not (part.free or any(part.members.values())):
        part = None
    anything = isinstance(core, inspect.DictType | inspect.AnyType)
    check = extra_of(annotation).get("check")
    needed = check is not None or part is not None or anything
    return Care(check, part, listed, anything) if needed else None


@cache
def struct_info(struct: type[msgspec.Struct]) -> inspect.StructType:
    """What msgspec knows of a struct and its parts."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return info


def extra_of(annotation: inspect.Type) -> dict[str, Any]:
    """What ``Meta(extra=…)`` says of an annotation, looking through ``| None``."""
    merged: dict[str, Any] = {}
    if isinstance(annotation, inspect.UnionType):
        others = [part for part in annotation.types if not isinstance(part, inspect.NoneType)]
        return extra_of(others[0]) if len(others) == 1 else {}
    while isinstance(annotation, inspect.Metadata):
        merged = {**(annotation.extra or {}), **merged}
        annotation = annotation.type
    return merged


def without_none(annotation: inspect.Type) -> inspect.Type:
    """The bare annotation, without metadata and ``None`` (absence is never sent as null)."""
    while isinstance(annotation, inspect.Metadata):
        annotation = annotation.type
    if isinstance(annotation, inspect.UnionType):
        others = [part for part in annotation.types if not isinstance(part, inspect.NoneType)]
        if len(others) == 1:
            return without_none(others[0])
    return annotation


@cache
def shape_of(struct: type[msgspec.Struct]) -> Shape:
    """The shape of a struct."""
    return Shape(struct)


def is_plain(value: Any, depth: int) -> bool:
    """Whether free content at this level nests no deeper than allowed, with exact integers only."""
    kind = type(value)
    if kind is dict:
        return depth <= MAX_DEPTH and all(is_plain(part, depth + 1) for part in value.values())
    if kind is list:
        return depth <= MAX_DEPTH and all(is_plain(part, depth + 1) for part in value)
    return kind is not int or -MAX_EXACT_INTEGER <= value <= MAX_EXACT_INTEGER


_FOREIGN = Care(None, None, False, True)


def _prepare(tree: dict[str, Any], shape: Shape, depth: int) -> bool:
    """Moves foreign members where the struct keeps them; False when anything looks unsound."""
    members = shape.members
    foreign: dict[str, Any] = {}
    for name, value in tree.items():
        care = members.get(name, _FOREIGN)
        if care is None:
            continue
        if care is _FOREIGN:
            foreign[name] = value
        if not _prepare_member(value, care, depth + 1):
            return False
    if foreign and shape.free:
        for name in foreign:
            del tree[name]
        tree[EXTENSIONS_MEMBER] = foreign
    return True


def _prepare_member(value: Any, care: Care, depth: int) -> bool:
    check, part, listed, anything = care
    if check is not None and not check(value):
        return False
    if part is not None:
        if listed:
            return all(_prepare(entry, part, depth + 1) for entry in value)
        return _prepare(value, part, depth)
    return not anything or is_plain(value, depth)


def convert(tree: dict[str, Any], struct: type[T], around: int) -> T | None:
    """The typed value, or None when there is any doubt about the tree.

    ``around`` is how many levels stand around it. Changes the tree: foreign
    members are moved. Null members pass here and must have been ruled out before.
    """
    try:
        if not _prepare(tree, shape_of(struct), around + 1):  # type: ignore[arg-type]
            return None
        return msgspec.convert(tree, struct)
    except (msgspec.ValidationError, AttributeError, TypeError, LookupError):
        return None
