# SPDX-License-Identifier: Apache-2.0
"""The conditions a query is made of: each can preselect by index terms and decide on an event."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from nguon import gs1
from nguon.epcis import terms
from nguon.epcis.model import Event
from nguon.epcis.patterns import EpcPattern

Getter = Callable[[Event], Iterable[str]]


class Condition(Protocol):
    """One parameter of a query."""

    def terms(self) -> frozenset[int] | None:
        """Index terms of which every event that fulfils the condition has at least one.

        None when the index does not help.
        """
        ...

    def holds(self, event: Event) -> bool:
        """Whether an event fulfils the condition."""
        ...


@dataclass(frozen=True, slots=True)
class Equals:
    """Some value of a field is one of these canonical values."""

    field: str
    values: frozenset[str]
    of: Getter

    def terms(self) -> frozenset[int]:
        """See `Condition`."""
        return frozenset(terms.term(self.field, value) for value in self.values)

    def holds(self, event: Event) -> bool:
        """See `Condition`."""
        return not self.values.isdisjoint(self.of(event))


@dataclass(frozen=True, slots=True)
class Matches:
    """Some identifier in these lists is one of the keys or fits one of the patterns."""

    fields: tuple[str, ...]
    keys: frozenset[str]
    patterns: tuple[EpcPattern, ...]

    def terms(self) -> frozenset[int] | None:
        """See `Condition`."""
        found = {terms.term(field, key) for field in self.fields for key in self.keys}
        for pattern in self.patterns:
            preselecting = pattern.terms(self.fields)
            if preselecting is None:
                return None
            found |= preselecting
        return frozenset(found)

    def holds(self, event: Event) -> bool:
        """See `Condition`."""
        return any(self._fits(key, field) for field in self.fields for key in _KEYS[field](event))

    def _fits(self, key: str, field: str) -> bool:
        if key in self.keys:
            return True
        if field.endswith("Class"):
            return any(pattern.of_class.fullmatch(key) for pattern in self.patterns)
        return any(pattern.instance.fullmatch(key) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Exists:
    """The event has a part."""

    part: str
    attribute: str

    def terms(self) -> frozenset[int]:
        """See `Condition`."""
        return frozenset([terms.term("exists", self.part)])

    def holds(self, event: Event) -> bool:
        """See `Condition`."""
        return bool(getattr(event, self.attribute, None))


def _listed(*names: str) -> Getter:
    """The keys of the EPC lists with these names."""

    def keys(event: Event) -> Iterator[str]:
        for name in names:
            for uri in getattr(event, name, ()):
                yield gs1.item_key(uri)

    return keys


def _classes(*names: str) -> Getter:
    """The keys of the quantity lists with these names."""

    def keys(event: Event) -> Iterator[str]:
        for name in names:
            for element in getattr(event, name, ()):
                yield gs1.item_key(element.epc_class)

    return keys


def _parent(event: Event) -> Iterator[str]:
    parent = getattr(event, "parent_id", None)
    if parent is not None:
        yield gs1.item_key(parent)


_KEYS: dict[str, Getter] = {
    "epc": _listed("epc_list", "child_epcs"),
    "parentID": _parent,
    "inputEPC": _listed("input_epc_list"),
    "outputEPC": _listed("output_epc_list"),
    "epcClass": _classes("quantity_list", "child_quantity_list"),
    "inputEPCClass": _classes("input_quantity_list"),
    "outputEPCClass": _classes("output_quantity_list"),
}


def attribute(name: str, canonical: Callable[[str], str]) -> Getter:
    """Reads one text field of an event (``error_declaration.reason``: of a part)."""
    path = name.split(".")

    def values(event: Event) -> Iterator[str]:
        value: Any = event
        for step in path:
            value = getattr(value, step, None)
        for text in [value] if isinstance(value, str) else value or ():
            yield canonical(text)

    return values


def typed(kind: str, of_type: str, entries: str, value: str) -> Getter:
    """Reads the keys of the sources, destinations or transactions of one type."""
    wanted = terms.typed_field(kind, of_type)

    def values(event: Event) -> Iterator[str]:
        for entry in getattr(event, entries, ()):
            if terms.typed_field(kind, entry.type) == wanted:
                yield gs1.item_key(getattr(entry, value))

    return values
