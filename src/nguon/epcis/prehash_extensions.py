# SPDX-License-Identifier: Apache-2.0
"""Members outside the standard in the pre-hash (CBV 2.0 section 8.9, rules 19 to 21)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nguon.epcis import model
from nguon.epcis.prehash_names import Namespaces, namespaces
from nguon.epcis.prehash_values import scalar

_COMMENTS = frozenset({"comment", "{http://www.w3.org/2000/01/rdf-schema#}comment"})
_IGNORE_FIELDS = "ignoreFields"
_TEXT = "#text"
_XMLNS = "@xmlns:"


class Extended:
    """How one event's members outside the standard are written: by which names, without which."""

    __slots__ = ("_ignored", "names")

    def __init__(self, names: Namespaces, ignored: frozenset[str]) -> None:
        self.names = names
        self._ignored = ignored

    def members(self, extensions: model.Extensions) -> list[str]:
        """Each member as ``{namespace}local=value``, sorted; nested ones follow their parent."""
        found: list[str] = []
        if extensions:
            for name, value in extensions.items():
                if name[0:1] not in {"@", "#"}:
                    self._add(found, self.names.braced(name), value)
            found.sort()
        return found

    def _add(self, found: list[str], key: str, value: Any) -> None:
        if key in self._ignored or key in _COMMENTS or _lists_ignored(key):
            return
        if isinstance(value, dict | list):
            found += self._texts(key, value)
        else:
            text = scalar(value, self.names)
            found.append(f"{key}={text}" if text else key)

    def _texts(self, key: str, value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield key + self._object(value)
        elif isinstance(value, list):
            for member in value:
                if isinstance(member, list):
                    yield key + "".join(sorted(self._texts("", member)))
                else:
                    yield from self._texts(key, member)
        else:
            text = scalar(value, self.names)
            yield f"{key}={text}" if text else key

    def _object(self, value: dict[str, Any]) -> str:
        declared = [value["@context"]] if "@context" in value else []
        declared += [
            {name.removeprefix(_XMLNS): iri}
            for name, iri in value.items()
            if name.startswith(_XMLNS)
        ]
        inner = Extended(self.names.extended(declared), self._ignored) if declared else self
        text = scalar(value.get(_TEXT), inner.names)
        return (f"={text}" if text else "") + "".join(inner.members(value))


def _lists_ignored(key: str) -> bool:
    """Whether the local part of a member's name, braced or as sent, is ``ignoreFields``."""
    if not key.endswith(_IGNORE_FIELDS):
        return False
    return key.rpartition("}")[2].rpartition(":")[2] == _IGNORE_FIELDS


def extended(
    event: model.Event, context: bytes | None, ignore_fields: Iterable[str] = ()
) -> Extended:
    """The names in force in an event and the fields that it or its document declares as ignored."""
    names = namespaces(context, event.context)
    listed = (*ignore_fields, *_declared_ignored(event.extensions, names))
    return Extended(names, frozenset(map(names.braced, listed)))


def ignore_fields_of(
    extensions: Mapping[str, Any], context: bytes | None = None
) -> tuple[str, ...]:
    """The names of extensions that a document's ``…:ignoreFields`` keeps out of event hashes."""
    return tuple(_declared_ignored(extensions, namespaces(context)))


def _declared_ignored(extensions: Mapping[str, Any], names: Namespaces) -> Iterator[str]:
    for name, value in extensions.items():
        if _lists_ignored(names.braced(name)):
            yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)
