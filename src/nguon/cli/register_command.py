# SPDX-License-Identifier: Apache-2.0
"""``nguon register``: what the business register of this installation says."""

from datetime import datetime

import click

from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.parties.register.form import enterprise_code
from nguon.parties.register.opening import open_register
from nguon.settings import load


@click.group("register")
def command() -> None:
    """What the business register says of an enterprise code (NGUON_BUSINESS_REGISTER)."""


@command.command("look-up")
@click.argument("code")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="What held on this day.")
@json_option
def look_up(code: str, as_of: datetime | None, as_json: bool) -> None:
    """What is registered under an enterprise CODE; nothing is kept of it."""
    register = open_register(load().business_register)
    if register is None:
        raise CommandError("register.none")
    number = enterprise_code(code)
    found = register.look_up(number, as_of.date() if as_of else None)
    if found is None:
        raise CommandError("enrolment.register-none", number=number)
    if as_json:
        print_json(found)
        return
    since = f" since {found.state_since}" if found.state_since else ""
    click.echo(f"{found.code}  {found.name}\n{found.state.value}{since}, as of {found.as_of}")
    click.echo(f"source: {found.source}")
