# SPDX-License-Identifier: Apache-2.0
"""The few shapes that nearly all captured identifiers have, read by one expression each.

What does not match exactly here is left to the full reader; what does, is right.
"""

import re

from nguon.gs1.check_digits import check_digit, gtin_is_valid, is_valid

_VALUE = r"([0-9A-Za-z._\-]{1,20})"
_LINK = re.compile(
    r"https?://[^/?#\s]+(?:/[^/?#\s]+)*?/(?:"
    rf"01/([0-9]{{14}})(?:/10/{_VALUE})?(?:/21/{_VALUE})?"
    r"|00/([0-9]{18})"
    r"|(414|417)/([0-9]{13}))/?(?:[?#].*)?"
)
_KEY = re.compile(r"(01/[0-9]{14})(/(?:10|21)/[^/]+)?|00/[0-9]{18}|41[47]/[0-9]{13}")
_TRADE_ITEM = re.compile(
    rf"urn:epc:(?:id:s|class:l)gtin:([0-9]{{6,12}})\.([0-9])([0-9]{{0,6}})\.{_VALUE}"
)
_PACKAGE_OR_PLACE = re.compile(
    r"urn:epc:id:(?:sscc:([0-9]{6,12})\.([0-9])([0-9]{4,10})|sgln:([0-9]{6,12})\.([0-9]{0,6})\.0)"
)


def common_key(uri: str) -> str | None:
    """The item key of a well-formed identifier of a common shape, else None."""
    if uri.startswith("http"):
        return _key_of_link(uri)
    if uri.startswith("urn:epc:"):
        return _key_of_trade_item(uri) or _key_of_package_or_place(uri)
    return None


def common_memberships(text: str) -> tuple[str, ...] | None:
    """What an item key, or an identifier of a common shape, is a member of, else None."""
    key = _KEY.fullmatch(text)
    if key is None:
        found = common_key(text)
        key = _KEY.fullmatch(found) if found else None
    if key is None:
        return None
    product, finer = key.groups()
    if finer is None:
        return ()
    link = _LINK.fullmatch(text) if finer[1] == "2" else None
    lot = link[2] if link else None
    return (f"{product}/10/{lot}", product) if lot else (product,)


def _key_of_link(uri: str) -> str | None:
    link = _LINK.fullmatch(uri)
    if link is None:
        return None
    gtin, lot, serial, sscc, place, gln = link.groups()
    if gtin:
        if not gtin_is_valid(gtin):
            return None
        if serial:
            return f"01/{gtin}/21/{serial}"
        return f"01/{gtin}/10/{lot}" if lot else f"01/{gtin}"
    if sscc:
        return f"00/{sscc}" if is_valid(sscc) else None
    return f"{place}/{gln}" if is_valid(gln) else None


def _key_of_trade_item(uri: str) -> str | None:
    urn = _TRADE_ITEM.fullmatch(uri)
    if urn is None:
        return None
    prefix, indicator, reference, value = urn.groups()
    body = indicator + prefix + reference
    if len(body) != 13:
        return None
    qualifier = "21" if uri[8] == "i" else "10"
    return f"01/{body}{check_digit(body)}/{qualifier}/{value}"


def _key_of_package_or_place(uri: str) -> str | None:
    urn = _PACKAGE_OR_PLACE.fullmatch(uri)
    if urn is None:
        return None
    prefix, extension, serial, place_prefix, place = urn.groups()
    if prefix:
        body = extension + prefix + serial
        return f"00/{body}{check_digit(body)}" if len(body) == 17 else None
    body = place_prefix + place
    return f"414/{body}{check_digit(body)}" if len(body) == 12 else None
