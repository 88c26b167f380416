# SPDX-License-Identifier: Apache-2.0
"""What ``nguon id`` shows of an RFID tag."""

from typing import Any

import click
import msgspec

from nguon.cli.output import print_json
from nguon.gs1.rfid import Tag


class TagForms(msgspec.Struct, frozen=True, rename="camel"):
    """One tag in every form that its coding scheme has."""

    scheme: str
    filter: int | None
    key: str | None
    digital_link: str | None
    element_string: str | None
    bare_identifier: str | None
    tag_uri: str | None
    pure_identity: str | None
    data: dict[str, str]


def tag_forms(tag: Tag) -> TagForms:
    """All forms of a tag; ``data`` is what stands behind the EPC, by application identifier."""
    return TagForms(
        scheme=tag.scheme,
        filter=tag.filter,
        key=tag.key,
        digital_link=tag.digital_link,
        element_string=tag.element_string,
        bare_identifier=tag.bare_identifier,
        tag_uri=tag.tag_uri,
        pure_identity=tag.pure_identity,
        data=dict(tag.data),
    )


def show_tag(tag: Tag, *, as_json: bool) -> None:
    """Print a tag, one form a line or as JSON."""
    forms = tag_forms(tag)
    if as_json:
        print_json(forms)
        return
    values: dict[str, Any] = msgspec.to_builtins(forms)
    data = values.pop("data")
    for name, value in values.items():
        click.echo(f"{name:16} {'-' if value is None else value}")
    for ai, value in data.items():
        click.echo(f"({ai}) {value}")
