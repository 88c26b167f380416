# SPDX-License-Identifier: Apache-2.0
"""``nguon id``: what an identifier says, in all its forms."""

import click
import msgspec

from nguon import gs1
from nguon.cli.output import json_option, print_json


class Forms(msgspec.Struct, frozen=True, rename="camel"):
    """One identifier in every form that it has."""

    key: str
    kind: str
    digital_link: str
    epc_urn: str | None
    memberships: tuple[str, ...]
    company_prefix: str | None


@click.command("id")
@click.argument("identifier")
@click.option("--strict", is_flag=True, help="Hold a Digital Link to syntax 1.6.")
@json_option
def command(identifier: str, strict: bool, as_json: bool) -> None:
    """Explain any identifier: Digital Link, EPC URN, element string, digits under a barcode."""
    mode = gs1.Mode.STRICT if strict else gs1.Mode.LENIENT
    found = gs1.parse(identifier, mode=mode)
    forms = Forms(
        key=found.key,
        kind=str(found.kind),
        digital_link=gs1.digital_link(found.key),
        epc_urn=gs1.epc_urn(found.key),
        memberships=found.memberships,
        company_prefix=gs1.company_prefix(found.key),
    )
    if as_json:
        print_json(forms)
        return
    for name, value in msgspec.to_builtins(forms).items():
        shown = ", ".join(value) if isinstance(value, list | tuple) else value
        click.echo(f"{name:14} {shown or '-'}")
