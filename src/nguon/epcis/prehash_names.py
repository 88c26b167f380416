# SPDX-License-Identifier: Apache-2.0
"""Names in an event's JSON-LD: prefixes and terms of its contexts, resolved without fetching.

Of a context only what names members is read: prefixes, aliases of full names,
``@vocab``. GS1's own contexts are known by the prefixes they declare, which
hold in every document; any other context behind a URL adds nothing.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import msgspec

STANDARD_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": "urn:epcglobal:cbv:mda:",
        "gs1": "https://gs1.org/voc/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)
"""What GS1's EPCIS 2.0 context declares (ref.gs1.org/standards/epcis)."""

_FULL = ("https://", "http://", "urn:")
_NAMESPACE_ENDS = tuple("/#:?[]@")
_REMEMBERED = 4096
_LOCAL_PART = re.compile(r"[^/#:]*\Z")


class Namespaces:
    """The names in force somewhere in a document. Immutable; answers are remembered.

    ``prefixes`` stand before a colon; ``aliases`` are bare names of whole terms.
    """

    __slots__ = ("_keys", "_vocabulary", "aliases", "prefixes")

    def __init__(
        self, prefixes: Mapping[str, str], aliases: Mapping[str, str], vocabulary: str | None
    ) -> None:
        self.prefixes = prefixes
        self.aliases = aliases
        self._vocabulary = vocabulary
        self._keys: dict[str, str] = {}

    def extended(self, context: Any) -> "Namespaces":
        """These names and those that a further ``@context`` declares."""
        declared = dict(_declarations(context))
        if not declared:
            return self
        vocabulary = declared.pop("@vocab", self._vocabulary)
        prefixes = {**self.prefixes, **declared}
        resolved = {name: _resolved(iri, prefixes) for name, iri in declared.items()}
        terms = {name: iri for name, iri in resolved.items() if not iri.endswith(_NAMESPACE_ENDS)}
        return Namespaces({**self.prefixes, **resolved}, {**self.aliases, **terms}, vocabulary)

    def namespace_of(self, name: str) -> tuple[str, str] | None:
        """The prefix (or bare term) that a name uses and what it stands for, where declared."""
        prefix, colon, rest = name.partition(":")
        if not colon:
            return (name, self.aliases[name]) if name in self.aliases else None
        if prefix in self.prefixes and not rest.startswith("//"):
            return prefix, self.prefixes[prefix]
        return None

    def expanded(self, name: str) -> str:
        """The full name of a member or CURIE value; as sent if no context says more."""
        prefix, colon, rest = name.partition(":")
        if colon:
            namespace = self.prefixes.get(prefix)
            return name if namespace is None or rest.startswith("//") else namespace + rest
        if name in self.aliases:
            return self.aliases[name]
        return name if self._vocabulary is None else self._vocabulary + name

    def braced(self, name: str) -> str:
        """A member's name as the event hash writes it: ``{namespace}local`` (CBV 2.0, 8.9)."""
        known = self._keys.get(name)
        if known is None:
            if len(self._keys) >= _REMEMBERED:
                self._keys.clear()
            known = self._keys[name] = self._braced(name)
        return known

    def _braced(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        if colon and prefix in self.prefixes and not rest.startswith("//"):
            return f"{{{self.prefixes[prefix]}}}{rest}"
        full = self.expanded(name)
        if not full.startswith(_FULL):
            return full
        declared = [iri for iri in self.prefixes.values() if full.startswith(iri) and full != iri]
        namespace = max(declared, key=len, default="") or _LOCAL_PART.sub("", full)
        return f"{{{namespace}}}{full[len(namespace) :]}"


def _declarations(context: Any) -> Iterator[tuple[str, str]]:
    """The names that a context declares, with their IRIs (JSON-LD 1.1 section 4.1)."""
    if isinstance(context, list):
        for member in context:
            yield from _declarations(member)
    elif isinstance(context, dict):
        for name, definition in context.items():
            iri = definition.get("@id") if isinstance(definition, dict) else definition
            if isinstance(iri, str) and (name == "@vocab" or not name.startswith("@")):
                yield name, iri


def _resolved(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI that a context gives as a CURIE, in full."""
    prefix, colon, rest = iri.partition(":")
    if colon and not rest.startswith("//") and prefix in prefixes:
        return prefixes[prefix] + rest
    return iri


STANDARD = Namespaces(STANDARD_PREFIXES, {}, None)


def namespaces(context: bytes | None, own: Any = None) -> Namespaces:
    """The names in force in an event: of its document's ``@context`` (JSON) and of its own."""
    document = STANDARD if context is None else _of_document(context)
    return document if own is None else _extended(document, msgspec.json.encode(own))


@lru_cache(maxsize=1024)
def _of_document(context: bytes) -> Namespaces:
    return STANDARD.extended(msgspec.json.decode(context))


@lru_cache(maxsize=1024)
def _extended(document: Namespaces, own: bytes) -> Namespaces:
    return document.extended(msgspec.json.decode(own))
