# SPDX-License-Identifier: Apache-2.0
"""The few shapes that nearly all captured identifiers have, read by one expression each.

What does not match exactly here is left to the full reader; what does, is right.
"""

import re
from typing import TypeAlias

from nguon.gs1.check_digits import check_digit, gtin_is_valid, is_valid
from nguon.gs1.remembering import remembered

_VALUE = r"([0-9A-Za-z._\-]{1,20})"
_LINK = re.compile(
    r"https?://[^/?#\s]+(?:/[^/?#\s]+)*?/(?:"
    rf"01/([0-9]{{14}})(?:/10/{_VALUE})?(?:/21/{_VALUE})?"
    r"|00/([0-9]{18})"
    r"|(414|417)/([0-9]{13}))/?(?:[?#].*)?"
)
_BEFORE_VALUE = re.compile(
    rf"https?://[^/?#\s]+(?:/[^/?#\s]+)*?/01/([0-9]{{14}})(?:/10|(?:/10/{_VALUE})?/21)"
)
_IS_VALUE = re.compile(_VALUE).fullmatch
_KEY = re.compile(r"(01/[0-9]{14})(/(?:10|21)/[^/]+)?|00/[0-9]{18}|41[47]/[0-9]{13}")
_TRADE_ITEM = re.compile(
    rf"urn:epc:(?:id:s|class:l)gtin:([0-9]{{6,12}})\.([0-9])([0-9]{{0,6}})\.{_VALUE}"
)
_PACKAGE_OR_PLACE = re.compile(
    r"urn:epc:id:(?:sscc:([0-9]{6,12})\.([0-9])([0-9]{4,10})|sgln:([0-9]{6,12})\.([0-9]{0,6})\.0)"
)


Form: TypeAlias = tuple[str, tuple[str, ...]]
"""An item key and what the identifier is a member of."""


def common_form(uri: str) -> Form | None:
    """The key and memberships of a well-formed URI of a common shape, else None."""
    if uri.startswith("http"):
        return _form_of_link(uri)
    if uri.startswith("urn:epc:"):
        return _form_of_trade_item(uri) or _form_of_package_or_place(uri)
    return None


def key_memberships(key: str) -> tuple[str, ...] | None:
    """What an item key of a common shape is a member of, else None."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    product, finer = found.groups()
    return (product,) if finer else ()


def _form_of_link(uri: str) -> Form | None:
    beginning, _, value = uri.rpartition("/")
    product = _form_before_value(beginning)
    if product is not None and _IS_VALUE(value):
        return product[0] + value, product[1]
    link = _LINK.fullmatch(uri)
    if link is None:
        return None
    gtin, lot, serial, sscc, place, gln = link.groups()
    if gtin:
        return _form_of_product(f"01/{gtin}", lot, serial) if gtin_is_valid(gtin) else None
    if sscc:
        return (f"00/{sscc}", ()) if is_valid(sscc) else None
    return (f"{place}/{gln}", ()) if is_valid(gln) else None


@remembered
def _form_before_value(beginning: str) -> Form | None:
    """The form, but for the value, of links that differ in the last serial or lot number only."""
    found = _BEFORE_VALUE.fullmatch(beginning)
    if found is None or not gtin_is_valid(found[1]):
        return None
    product = f"01/{found[1]}"
    of = (f"{product}/10/{found[2]}", product) if found[2] else (product,)
    return f"{product}/{beginning[-2:]}/", of


def _form_of_product(product: str, lot: str | None, serial: str | None) -> Form:
    if serial:
        of = (f"{product}/10/{lot}", product) if lot else (product,)
        return f"{product}/21/{serial}", of
    return (f"{product}/10/{lot}", (product,)) if lot else (product, ())


def _form_of_trade_item(uri: str) -> Form | None:
    urn = _TRADE_ITEM.fullmatch(uri)
    if urn is None:
        return None
    prefix, indicator, reference, value = urn.groups()
    body = indicator + prefix + reference
    if len(body) != 13:
        return None
    product = f"01/{body}{check_digit(body)}"
    return f"{product}/{'21' if uri[8] == 'i' else '10'}/{value}", (product,)


def _form_of_package_or_place(uri: str) -> Form | None:
    urn = _PACKAGE_OR_PLACE.fullmatch(uri)
    if urn is None:
        return None
    prefix, extension, serial, place_prefix, place = urn.groups()
    if prefix:
        body = extension + prefix + serial
        return (f"00/{body}{check_digit(body)}", ()) if len(body) == 17 else None
    body = place_prefix + place
    return (f"414/{body}{check_digit(body)}", ()) if len(body) == 12 else None
