# SPDX-License-Identifier: Apache-2.0
"""Structured field values of HTTP (RFC 9651), as far as signatures need them: dictionaries.

Read as section 4.2.2 says, written as section 4.1 says. Bare items: integers, decimals,
strings, tokens, octets, booleans, dates. Display strings are refused, and so are names that
come twice, of which section 4.2.2 lets the last count: two readers might not agree.
"""

import re
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Container, Mapping
from decimal import Decimal
from typing import NoReturn, TypeAlias

import msgspec

from nguon.signing.errors import SigningError

LIMIT = 16 << 10
"""Letters of a field; members of a list or dictionary are limited by them."""


class Token(str):
    """A token, which is not the string of the same letters."""

    __slots__ = ()


class Date(int):
    """Seconds since 1970, which are not the integer of the same value."""

    __slots__ = ()


Bare: TypeAlias = int | Decimal | str | bytes
"""Booleans are `bool`, tokens `Token`, dates `Date`."""
Parameters: TypeAlias = dict[str, Bare]


class Item(msgspec.Struct, frozen=True):
    """A bare item with its parameters."""

    value: Bare
    parameters: Parameters = {}


class InnerList(msgspec.Struct, frozen=True):
    """Items between parentheses, with parameters of the whole."""

    items: tuple[Item, ...]
    parameters: Parameters = {}


Member: TypeAlias = Item | InnerList

_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_BARE = re.compile(
    r'"(?P<string>(?:[ !#-\[\]-~]|\\["\\])*)"'
    r"|(?P<number>-?[0-9]{1,15}(?![0-9.])|-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9]))"
    r"|:(?P<octets>[A-Za-z0-9+/=]*):"
    r"|(?P<token>[A-Za-z*][!#$%&'*+\-.^_`|~A-Za-z0-9:/]*)"
    r"|\?(?P<boolean>[01])"
    r"|@(?P<date>-?[0-9]{1,15}(?![0-9.]))"
)
_SPACES = re.compile(" *")
_COMMA = re.compile(r"[ \t]*,[ \t]*")


def read_dictionary(text: str, field: str) -> dict[str, Member]:
    """The members by name; raises `SigningError`.

    ``field`` names the header in ``signing.field-form`` and ``signing.field-too-long``.
    """
    if len(text) > LIMIT:
        raise SigningError("signing.field-too-long", field=field, most=LIMIT)
    return _Reader(text, field).dictionary()


class _Reader:
    """One pass over a field."""

    def __init__(self, text: str, field: str) -> None:
        self.text = text.strip(" ")
        self.field = field
        self.at = 0

    def refuse(self) -> NoReturn:
        raise SigningError("signing.field-form", field=self.field, position=self.at + 1)

    def dictionary(self) -> dict[str, Member]:
        found: dict[str, Member] = {}
        text = self.text
        while self.at < len(text):
            name = self.key(found)
            if text.startswith("=", self.at):
                self.at += 1
                found[name] = self.inner_list() if text.startswith("(", self.at) else self.item()
            else:
                found[name] = Item(True, self.parameters())
            if self.at == len(text):
                break
            comma = _COMMA.match(text, self.at)
            if comma is None or comma.end() == len(text):
                self.refuse()
            self.at = comma.end()
        return found

    def key(self, known: Container[str]) -> str:
        """A name that did not come before."""
        match = _KEY.match(self.text, self.at)
        if match is None or match[0] in known:
            self.refuse()
        self.at = match.end()
        return match[0]

    def item(self) -> Item:
        return Item(self.bare(), self.parameters())

    def inner_list(self) -> InnerList:
        items: list[Item] = []
        text = self.text
        self.at += 1
        while True:
            spaced = text.startswith(" ", self.at)
            self.spaces()
            if text.startswith(")", self.at):
                self.at += 1
                return InnerList(tuple(items), self.parameters())
            if items and not spaced:
                self.refuse()
            items.append(self.item())

    def parameters(self) -> Parameters:
        found: Parameters = {}
        text = self.text
        while text.startswith(";", self.at):
            self.at += 1
            self.spaces()
            name = self.key(found)
            if text.startswith("=", self.at):
                self.at += 1
                found[name] = self.bare()
            else:
                found[name] = True
        return found

    def bare(self) -> Bare:
        match = _BARE.match(self.text, self.at)
        if match is None or match.lastgroup is None:
            self.refuse()
        kind = match.lastgroup
        value = match[kind]
        if kind == "octets":
            return self.octets(value)
        self.at = match.end()
        if kind == "string":
            return value.replace('\\"', '"').replace("\\\\", "\\") if "\\" in value else value
        if kind == "number":
            return Decimal(value) if "." in value else int(value)
        if kind == "token":
            return Token(value)
        return value == "1" if kind == "boolean" else Date(value)

    def octets(self, value: str) -> bytes:
        """Padding may be missing; anything else that is not base64 is refused (4.2.7)."""
        try:
            found = a2b_base64(value + "=" * (-len(value) % 4), strict_mode=True)
        except Error:
            self.refuse()
        self.at += len(value) + 2
        return found

    def spaces(self) -> None:
        self.at = _SPACES.match(self.text, self.at).end()  # type: ignore[union-attr]


def write_dictionary(members: Mapping[str, Member]) -> str:
    """The one spelling of a dictionary."""
    parts = []
    for name, member in members.items():
        if isinstance(member, Item) and member.value is True:
            parts.append(name + write_parameters(member.parameters))
        else:
            parts.append(f"{name}={write_member(member)}")
    return ", ".join(parts)


def write_member(member: Member) -> str:
    """The one spelling of an item or an inner list."""
    if isinstance(member, InnerList):
        items = " ".join(map(write_member, member.items))
        return f"({items}){write_parameters(member.parameters)}"
    return write_bare(member.value) + write_parameters(member.parameters)


def write_parameters(parameters: Parameters) -> str:
    """Parameters with the semicolons before them."""
    return "".join(
        f";{name}" if value is True else f";{name}={write_bare(value)}"
        for name, value in parameters.items()
    )


def write_bare(value: Bare) -> str:
    """The one spelling of a bare item; a string has printable ASCII only."""
    if isinstance(value, Token):
        return value
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bytes):
        return f":{b2a_base64(value, newline=False).decode()}:"
    if isinstance(value, bool):
        return f"?{value:d}"
    if isinstance(value, Date):
        return f"@{value:d}"
    if isinstance(value, Decimal):
        text = f"{value:.3f}".rstrip("0")
        return text + "0" if text.endswith(".") else text
    return str(value)


def _quoted(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise SigningError("signing.field-letters")
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
