# SPDX-License-Identifier: Apache-2.0
"""``nguon id``: what an identifier says, in all its forms."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click
import msgspec

from nguon import gs1
from nguon.cli.output import json_option, print_json
from nguon.cli.tags import show_tag
from nguon.gs1.compression import compress
from nguon.gs1.elements import Element, check, human_readable, write_bracketed, write_raw
from nguon.gs1.links import write_link
from nguon.gs1.rfid import recognise
from nguon.gs1.understanding import Understood, understand
from nguon.gs1.writing import CANONICAL_DOMAIN


class Printed(msgspec.Struct, frozen=True):
    """One element as printed beside a symbol."""

    title: str
    text: str


class Forms(msgspec.Struct, frozen=True, rename="camel"):
    """One identifier in every form that it has."""

    key: str | None
    kind: str | None
    digital_link: str | None
    epc_urn: str | None
    memberships: tuple[str, ...]
    company_prefix: str | None
    element_string: str | None
    raw_element_string: str | None
    whole_link: str | None
    compressed_link: str | None
    human_readable: tuple[Printed, ...]


@click.command("id")
@click.argument("identifier")
@click.option(
    "--strict",
    is_flag=True,
    help="Hold a Digital Link to syntax 1.6, and elements to what they need beside them.",
)
@json_option
def command(identifier: str, strict: bool, as_json: bool) -> None:
    """Explain any identifier: Digital Link, EPC URN, element string, digits under a barcode.

    Element strings may be in brackets or raw (^ for FNC1); scan data begins with its
    symbology identifier, such as ]d2; the EPC of a tag is hexadecimal digits.
    """
    tag = recognise(identifier)
    if tag is not None:
        show_tag(tag, as_json=as_json)
        return
    found = understand(identifier, mode=gs1.Mode.STRICT if strict else gs1.Mode.LENIENT)
    if strict:
        check(found.elements)
    forms = _forms(found)
    if as_json:
        print_json(forms)
        return
    values: dict[str, Any] = msgspec.to_builtins(forms)
    values["rawElementString"] = write_raw(found.elements, "^") if found.elements else None
    printed = values.pop("humanReadable")
    for name, value in values.items():
        shown = ", ".join(value) if isinstance(value, list | tuple) else value
        click.echo(f"{name:16} {shown or '-'}")
    for line in printed:
        click.echo(f"{line['title']}: {line['text']}")


def _forms(found: Understood) -> Forms:
    identifier, elements = found
    key = identifier.key if identifier else None
    return Forms(
        key=key,
        kind=str(identifier.kind) if identifier else None,
        digital_link=gs1.digital_link(key) if key else None,
        epc_urn=gs1.epc_urn(key) if key else None,
        memberships=identifier.memberships if identifier else (),
        company_prefix=gs1.company_prefix(key) if key else None,
        element_string=write_bracketed(elements) or None,
        raw_element_string=write_raw(elements) or None,
        whole_link=_made(partial(write_link, relations=False), elements),
        compressed_link=_made(partial(compress, stem=CANONICAL_DOMAIN), elements),
        human_readable=tuple(Printed(*each) for each in human_readable(elements)),
    )


def _made(write: Callable[[tuple[Element, ...]], str], elements: tuple[Element, ...]) -> str | None:
    """A link with all attributes; None where the elements cannot make one."""
    try:
        return write(elements)
    except gs1.IdentifierError:
        return None
