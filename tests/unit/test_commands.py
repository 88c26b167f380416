# SPDX-License-Identifier: Apache-2.0
"""The list of commands: true to each, and made without loading any."""

import subprocess
import sys

import click

from nguon.cli import _COMMANDS, cli

_LOADED = """
import sys, nguon.cli
try:
    nguon.cli.main(["--help"])
finally:
    print(sorted(sys.modules))
"""


def test_the_list_says_what_each_command_says_of_itself() -> None:
    context = click.Context(cli)
    for name, said in _COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert " ".join((command.help or "").split()).startswith(said.rstrip("."))


def test_help_loads_no_command() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], capture_output=True, encoding="utf-8", check=True
    )
    assert all(f"  {name} " in done.stdout for name in _COMMANDS)
    assert "'nguon.cli'" in done.stdout
    for module in ("sqlalchemy", "litestar", "nguon.store", "nguon.cli.doctor_command"):
        assert f"'{module}'" not in done.stdout
