# SPDX-License-Identifier: Apache-2.0
"""From JSON trees to typed values at full speed: what msgspec alone does not do.

A `Shape` is read off a struct's annotations once: which members are known,
which carry a check beyond their pattern, which parts need the same care.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

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


class Shape:
    """What the conversion of one struct has to look after besides msgspec."""

    __slots__ = ("checks", "free", "known", "parts")

    def __init__(self, struct: type[msgspec.Struct]) -> None:
        names = {field.encode_name: field.type for field in struct_info(struct).fields}
        self.free = names.pop(EXTENSIONS_MEMBER, None) is not None
        self.known = frozenset(names)
        self.checks: list[tuple[str, Check]] = []
        self.parts: list[tuple[str, Shape | None, bool]] = []
        for name, annotation in names.items():
            self._look_into(name, annotation)

    def _look_into(self, name: str, annotation: inspect.Type) -> None:
        check = extra_of(annotation).get("check")
        if check is not None:
            self.checks.append((name, check))
        core = without_none(annotation)
        listed = isinstance(core, inspect.ListType)
        if isinstance(core, inspect.ListType):
            core = core.item_type
        if isinstance(core, inspect.StructType):
            part = shape_of(core.cls)
            if part.free or part.checks or part.parts:
                self.parts.append((name, part, listed))
        elif isinstance(core, inspect.DictType | inspect.AnyType):
            self.parts.append((name, None, listed))


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


def _prepare(tree: dict[str, Any], shape: Shape, depth: int) -> bool:
    """Moves foreign members where the struct keeps them; False when anything looks unsound."""
    if shape.free and not tree.keys() <= shape.known:
        foreign = {name: tree.pop(name) for name in tree.keys() - shape.known}
        tree[EXTENSIONS_MEMBER] = foreign
        if not is_plain(foreign, depth):
            return False
    for name, check in shape.checks:
        value = tree.get(name)
        if value is not None and not check(value):
            return False
    for name, part, listed in shape.parts:
        value = tree.get(name)
        if value is not None and not _prepare_part(value, part, listed, depth + 1):
            return False
    return True


def _prepare_part(value: Any, part: Shape | None, listed: bool, depth: int) -> bool:
    if part is None:
        return is_plain(value, depth)
    if listed:
        return all(_prepare(entry, part, depth + 1) for entry in value)
    return _prepare(value, part, depth)


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
