# SPDX-License-Identifier: Apache-2.0
"""The fields of each register: how a cell is read, which must be there, the natural key."""

from collections.abc import Mapping

import msgspec

from nguon.registry import fields, values
from nguon.registry.fields import Convert
from nguon.registry.model import Register

STANDING = ("status", "status_from", "decided_by", "reason")
"""Columns that no entry has: what its body decided, taken from the operator and from bodies."""


class Shape(msgspec.Struct, frozen=True):
    """The fields of a register: how a cell is read, which must be there, the natural key."""

    converters: Mapping[str, Convert]
    required: tuple[str, ...]
    key: tuple[str, ...]


def _texts(*names: str) -> dict[str, Convert]:
    return dict.fromkeys(names, fields.text)


def _standing(register: Register) -> dict[str, Convert]:
    return {
        "status": fields.word(register, "status"),
        "status_from": fields.day,
        "decided_by": fields.code,
        "reason": fields.text,
    }


SHAPES: Mapping[Register, Shape] = {
    Register.ORGANISATION: Shape(
        {
            "code": fields.code,
            "kind": fields.word(Register.ORGANISATION, "kind"),
            **_texts("name_vi", "name_en", "public_name", "address"),
            "commune": fields.commune,
            "tax_code": fields.tax_code,
            "gln": fields.gln,
            "member_of": fields.code,
            "phone": values.phone,
            "email": values.email,
            "representative": fields.text,
            "ministry": fields.word(Register.ORGANISATION, "ministry"),
            "joined": fields.day,
            **_standing(Register.ORGANISATION),
        },
        ("code", "kind", "name_vi"),
        ("code",),
    ),
    Register.PLACE: Shape(
        {
            "key": fields.place,
            "kind": fields.word(Register.PLACE, "kind"),
            **_texts("name_vi", "name_en", "address", "national_code"),
            "holder": fields.code,
            "commune": fields.commune,
            "latitude": fields.latitude,
            "longitude": fields.longitude,
            "parent": fields.place,
            "extension": values.extension,
            "crop": values.crop,
            "area_ha": values.hectares,
            "capacity": values.amount,
            "capacity_unit": fields.word(Register.PLACE, "capacity_unit"),
            **_standing(Register.PLACE),
        },
        ("kind", "name_vi", "holder"),
        ("key",),
    ),
    Register.PRODUCT: Shape(
        {
            "key": fields.gtin,
            **_texts("name_vi", "name_en", "brand", "model", "variety"),
            "maker": fields.code,
            "image": fields.image,
            **_texts("description_vi", "description_en", "net_content", "net_unit"),
            "hs_code": fields.hs_code,
            "origin": fields.country,
            "standards": fields.several,
            **_texts("storage_vi", "storage_en", "warnings_vi", "warnings_en"),
            **_texts("shelf_life_vi", "shelf_life_en"),
            "crop": values.crop,
            "risk_group": fields.word(Register.PRODUCT, "risk_group"),
            "ministry": fields.word(Register.PRODUCT, "ministry"),
            "trade_unit": fields.word(Register.PRODUCT, "trade_unit"),
            "markets": values.markets(Register.PRODUCT),
            **_texts("ingredients_vi", "ingredients_en", "usage_vi", "usage_en"),
            **_standing(Register.PRODUCT),
        },
        ("key", "name_vi", "maker"),
        ("key",),
    ),
    Register.CERTIFICATE: Shape(
        {
            "number": fields.text,
            "scheme": fields.scheme,
            **_texts("title", "issuer"),
            "organisation": fields.code,
            "place": fields.place,
            "product": fields.gtin,
            "valid_from": fields.day,
            "valid_to": fields.day,
            "url": fields.url,
            "markets": values.markets(Register.CERTIFICATE),
            "crop": values.crop,
            "quantity": values.amount,
            "unit": fields.word(Register.CERTIFICATE, "unit"),
            "scope": fields.text,
            "issuer_body": fields.code,
            **_standing(Register.CERTIFICATE),
        },
        ("number", "scheme", "issuer"),
        ("scheme", "number"),
    ),
}
