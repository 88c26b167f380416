# SPDX-License-Identifier: Apache-2.0
"""The forms of the registers: which fields, in which groups, as what, and how values read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nguon.base.messages import Language, catalogue, text
from nguon.identity.policy import who_sees
from nguon.registry import crops, reduction, words
from nguon.registry.extensions import Free
from nguon.registry.model import PRIVATE_KINDS, Register
from nguon.vn.units import commune
from nguon.web.formats import day

GROUPS: Mapping[Register, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Register.PLACE: (
        ("what", ("name_vi", "kind", "holder", "crop", "area_ha")),
        ("where", ("commune", "address", "latitude", "longitude")),
        ("codes", ("key", "national_code", "parent", "extension")),
        ("more", ("capacity", "capacity_unit", "name_en")),
    ),
    Register.PRODUCT: (
        ("what", ("name_vi", "key", "maker", "crop", "variety")),
        ("control", ("risk_group", "ministry", "hs_code", "markets")),
        ("label", ("net_content", "net_unit", "trade_unit", "origin", "ingredients_vi")),
        ("label", ("usage_vi", "storage_vi", "warnings_vi", "shelf_life_vi", "standards")),
        ("more", ("brand", "model", "image", "description_vi", "name_en", "description_en")),
        ("more", ("ingredients_en", "usage_en", "storage_en", "warnings_en", "shelf_life_en")),
    ),
    Register.CERTIFICATE: (
        ("what", ("scheme", "number", "title", "issuer", "issuer_body")),
        ("for", ("organisation", "place", "product", "crop", "markets")),
        ("until", ("valid_from", "valid_to")),
        ("more", ("scope", "quantity", "unit", "url")),
    ),
    Register.ORGANISATION: (
        ("what", ("code", "kind", "name_vi", "public_name", "member_of")),
        ("where", ("commune", "address", "phone", "email", "representative")),
        ("codes", ("tax_code", "gln")),
        ("more", ("joined", "ministry", "name_en")),
    ),
}
_CHOICES = ("kind", "scheme", "ministry", "risk_group", "trade_unit", "capacity_unit", "unit")
_DAYS = ("valid_from", "valid_to", "joined")
_LONG = ("description", "ingredients", "usage", "storage", "warnings", "scope")
_AMOUNTS = ("area_ha", "capacity", "quantity", "latitude", "longitude")
_LISTED = ("holder", "maker", "organisation", "place", "product", "parent", "member_of")
_NATURAL = ("code", "key", "scheme", "number")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, ready for its macro."""

    name: str
    shape: str
    label: str
    value: str
    hint: str | None
    who: str | None
    error: str | None
    options: tuple[tuple[str, str], ...] = ()
    fixed: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a form: values, faults by field, whether the entry is there already.

    ``offers`` are numbers that a new plot can have.
    """

    values: Mapping[str, str]
    faults: Mapping[str, str]
    known: bool = False
    offers: tuple[Free, ...] = ()


def groups(
    register: Register, draft: Draft, required: Sequence[str], language: Language
) -> list[tuple[str, list[Field]]]:
    """The fields by group, in the order of the form."""
    found: dict[str, list[Field]] = {}
    for group, names in GROUPS[register]:
        some = [_field(register, name, draft, required, language) for name in names]
        found.setdefault(text(f"approvals.group-{group}", language), []).extend(some)
    return list(found.items())


def label(name: str, language: Language) -> str:
    """A field's name."""
    return text(f"approvals.field-{name}", language)


def shown(register: Register, name: str, value: Any, language: Language) -> str | None:
    """A stored value as people read it; None for an empty one."""
    if value in (None, ""):
        return None
    if name in _CHOICES:
        return _word(register, name, str(value), language)
    if name == "markets":
        return ", ".join(_word(register, name, one, language) for one in value.splitlines())
    if name in _DAYS:
        return day(date.fromisoformat(value), language)
    if name == "crop":
        return crops.name(value, language)
    if name == "commune":
        unit = commune(value)
        return value if unit is None else unit.label(language)
    if name in _AMOUNTS:
        return str(value).replace(".", ",") if language == "vi" else str(value)
    if name == "key":
        return _number(str(value))
    return str(value).replace("\n", "; ")


def _number(key: str) -> str | None:
    """A GTIN or GLN, with its extension; nothing for a place whose national code is its key."""
    return None if key.startswith("vn-") else key.removeprefix("01/").removeprefix("414/")


def _field(
    register: Register, name: str, draft: Draft, required: Sequence[str], language: Language
) -> Field:
    hint = f"approvals.field-{name}"
    return Field(
        name=name,
        shape=_shape(name),
        label=label(name, language),
        value=draft.values.get(name, ""),
        hint=catalogue(language)[hint].get("hint"),
        who=_who(register, name, draft.values, language),
        error=draft.faults.get(name),
        options=_options(register, name, language),
        fixed=draft.known and name in _NATURAL and bool(draft.values.get(name)),
        required=name in required,
    )


def _shape(name: str) -> str:
    if name in _CHOICES or name == "crop":
        return "select"
    if name == "markets":
        return "checks"
    if name in _DAYS:
        return "date"
    if name.rpartition("_")[0] in _LONG or name in _LONG:
        return "area"
    return "list" if name in _LISTED else "amount" if name in _AMOUNTS else "text"


def _options(register: Register, name: str, language: Language) -> tuple[tuple[str, str], ...]:
    if name == "crop":
        named = sorted((one.name(language), one.code) for one in crops.crops().values())
        return (("", ""), *((code, called) for called, code in named))
    if name not in _CHOICES and name != "markets":
        return ()
    known = words.choices(register, name)
    options = tuple((value, _word(register, name, value, language)) for value in known)
    return options if name in ("kind", "scheme", "markets") else (("", ""), *options)


def _word(register: Register, name: str, value: str, language: Language) -> str:
    code = {
        "scheme": f"passport.scheme-{value}",
        "kind": f"registry.place-{value}" if register is Register.PLACE else "",
    }.get(name) or f"approvals.value-{value}"
    return text(code, language) if code in catalogue(language) else value


def _who(
    register: Register, name: str, values: Mapping[str, str], language: Language
) -> str | None:
    kinds: Mapping[str, str | None] = {
        Register.ORGANISATION: _people(values),
        Register.PLACE: reduction.HOME,
        Register.CERTIFICATE: reduction.PAPER,
    }.get(register, {})
    plain = name.removesuffix("_vi")
    kind = kinds.get(plain if plain in kinds else name)
    return None if kind is None else who_sees(kind, language)


def _people(values: Mapping[str, str]) -> Mapping[str, str | None]:
    private = values.get("kind", "household") in set(PRIVATE_KINDS)
    return reduction.PEOPLE if private else reduction.FIRM
