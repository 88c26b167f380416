# SPDX-License-Identifier: Apache-2.0
"""Identifiers of an event in the form that the client asks for (``GS1-EPC-Format``)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nguon import gs1
from nguon.gs1 import IdentifierError
from nguon.web.epcis_headers import EpcFormat
from nguon.web.errors import NotAcceptableError

_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_SINGLE = ("parentID",)
_PARTS = (
    ("quantityList", "epcClass"),
    ("childQuantityList", "epcClass"),
    ("inputQuantityList", "epcClass"),
    ("outputQuantityList", "epcClass"),
    ("sourceList", "source"),
    ("destinationList", "destination"),
)
_PLACES = ("readPoint", "bizLocation")


def translated(event: dict[str, Any], form: EpcFormat) -> dict[str, Any]:
    """The event with its EPCs, classes, places and parties in a form.

    Raises:
        NotAcceptableError: ``web.not-translatable``, naming a GS1 key that has no such form.
    """
    if form is EpcFormat.AS_SENT:
        return event
    say = _link if form is EpcFormat.DIGITAL_LINK else _urn
    for name in _LISTS:
        if name in event:
            event[name] = [say(uri) for uri in event[name]]
    for name in _SINGLE:
        if name in event:
            event[name] = say(event[name])
    for name, member in _PARTS:
        for part in event.get(name, ()):
            _replace(part, member, say)
    for name in _PLACES:
        if name in event:
            _replace(event[name], "id", say)
    return event


def _replace(part: dict[str, Any], member: str, say: Callable[[str], str]) -> None:
    if member in part:
        part[member] = say(part[member])


@lru_cache(maxsize=8192)
def _link(uri: str) -> str:
    if not uri.startswith("urn:epc:"):
        return uri
    try:
        return gs1.parse(uri).digital_link()
    except IdentifierError:
        raise NotAcceptableError("web.not-translatable", uri=uri) from None


@lru_cache(maxsize=8192)
def _urn(uri: str) -> str:
    if uri.startswith("urn:") or gs1.item_key(uri).startswith(("uri:", "vn-")):
        return uri
    try:
        return gs1.parse(uri).epc_urn()
    except IdentifierError:
        raise NotAcceptableError("web.not-translatable", uri=uri) from None
