# SPDX-License-Identifier: Apache-2.0
"""What is written on a tag, in every form that the standard gives it."""

import json

import msgspec

from nguon.gs1.characters import uri_encoded, urn_encoded
from nguon.gs1.dictionary import table
from nguon.gs1.element import Element, write_bracketed
from nguon.gs1.identifier import identify
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.rfid.codings import codings
from nguon.gs1.rfid.names import write_bare
from nguon.gs1.writing import CANONICAL_DOMAIN


class Tag(msgspec.Struct, frozen=True, gc=False):
    """A tag that has been read.

    ``filter`` is None in schemes without filter values. ``elements`` are the
    identifying elements, ``data`` the AIDC data behind the EPC; both are empty in
    schemes that stand for no GS1 key. ``fields`` are the fields of the pure
    identity, decoded; none in "+" schemes. A form is None where the scheme has none.
    """

    scheme: str
    filter: int | None
    elements: tuple[Element, ...] = ()
    data: tuple[Element, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def tag_uri(self) -> str | None:
        """The EPC tag URI, with filter value and coding scheme."""
        if not self.fields:
            return None
        shown = "" if self.filter is None else f"{self.filter}."
        return f"{codings()[self.scheme].tag_uri}{shown}{self._urn_fields()}"

    @property
    def pure_identity(self) -> str | None:
        """The EPC URN of the thing."""
        if not self.fields:
            return None
        return f"urn:epc:id:{codings()[self.scheme].identity}:{self._urn_fields()}"

    @property
    def element_string(self) -> str | None:
        """All elements in brackets, AIDC data with them."""
        return write_bracketed((*self.elements, *self.data)) or None

    @property
    def bare_identifier(self) -> str | None:
        """Names and values, such as ``gtin=…;serial=…``; without AIDC data."""
        return write_bare(codings()[self.scheme].identity, self.elements, self.fields)

    @property
    def ai_json(self) -> str | None:
        """A JSON object of all elements, AIDC data with them."""
        elements = dict((*self.elements, *self.data))
        return json.dumps(elements, separators=(",", ":")) if elements else None

    @property
    def text_element(self) -> str | None:
        """The text element identifiers of aerospace (ATA Spec 2000)."""
        if codings()[self.scheme].identity != "adi":
            return None
        supplier, part, serial = self.fields
        who = "CAG" if len(supplier) == 5 else "DAC"
        what = f"PNO {part}/SEQ" if part else "SER"
        return f"ADI {who} {supplier}/{what} {serial}"

    @property
    def digital_link(self) -> str | None:
        """The Digital Link URI on GS1's domain, see `link`."""
        return self.link()

    def link(self, stem: str = CANONICAL_DOMAIN) -> str | None:
        """The Digital Link URI: qualifiers in the path, other elements in the query.

        AIDC data that may not stand in a Digital Link is left out.
        """
        if not self.elements:
            return None
        key, *others = (*self.elements, *self.data)
        uri = f"{stem.rstrip('/')}/{key.ai}/{_uri_encoded(key.value)}"
        if not others:
            return uri
        given = dict(others)
        sequences = PRIMARY_KEYS[key.ai].sequences
        present = [[ai for ai in sequence if ai in given] for sequence in sequences]
        for ai in max(present, key=len, default=[]):
            uri += f"/{ai}/{_uri_encoded(given.pop(ai))}"
        rest = [f"{ai}={_uri_encoded(given[ai])}" for ai in given if table()[ai].in_link]
        return f"{uri}?{'&'.join(rest)}" if rest else uri

    @property
    def key(self) -> str | None:
        """The canonical item key."""
        return identify(self.elements).key if self.elements else None

    def _urn_fields(self) -> str:
        return ".".join(map(_urn_encoded, self.fields))


def _uri_encoded(value: str) -> str:
    return value if value.isalnum() else uri_encoded(value)


def _urn_encoded(value: str) -> str:
    return value if value.isalnum() else urn_encoded(value)
