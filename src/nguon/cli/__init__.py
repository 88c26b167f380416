# SPDX-License-Identifier: Apache-2.0
"""One command a task, over the same functions as the web."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from nguon import __version__
from nguon.base.errors import FaultyInputError, NguonError
from nguon.cli.output import complain

_COMMANDS = {
    "capture": "Capture EPCIS 2.0 JSON-LD documents (also gzipped) from FILES, in this order.",
    "codes": "Licences, quotas and keys of issued codes.",
    "compliance": "Figures of lots and duties.",
    "demo": "Load the demonstration goods (once) and print what to try.",
    "doctor": "Check settings, store, log and unfinished captures.",
    "drill": "Mock recalls, trace exercises, mass balances and audits; nothing is stopped.",
    "enrolment": "Enrolments of legal entities, and officers' decisions.",
    "erase": "Erase content for good; what proves the rest stays.",
    "id": "Explain any identifier: Digital Link, EPC URN, element string, digits.",
    "key": "API keys of organisations.",
    "link": "Other resolvers that answer for a prefix.",
    "log": "The log: what was signed, and whether it is sound.",
    "mandate": "Mandates of officers and inspectors.",
    "mirror": "A mirror of a log: a full copy, proved and served; needs nothing of the platform.",
    "person": "People with accounts, and their roles in organisations.",
    "query": "Find events, newest first, by the parameters of SimpleEventQuery.",
    "recall": "Recalls: listed, shown, and led by an officer.",
    "register": "What the business register says of an enterprise code.",
    "scans": "Scans of codes.",
    "serve": "Serve the platform.",
    "sign": "Keys of one's own; statements signed with a certificate; captures signed with a key.",
    "signing-key": "Keys that organisations sign with.",
    "stoplist": "The signed stop list: fetched, verified, looked up in without a network.",
    "trace": "Trace an item, lot, pallet, product, place, party or document through the records.",
    "trace-index": "The index of lineage: how it stands, and building it anew.",
    "verify": "Say what a receipt or a package of proofs shows.",
    "witness": "A witness of logs: cosigns what only ever grows; needs nothing of the platform.",
}
"""What the list of commands says of each, so that none is loaded for it."""


class _Commands(click.Group):
    """Loads a command only when it is asked for, so that each starts quickly."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"nguon.cli.{cmd_name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nguon")
def cli() -> None:
    """Nguồn: records of what was done to which goods, and what can be read from them.

    Settings come from the environment (NGUON_DATABASE_URL, NGUON_DATA, NGUON_PORT …).
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a refusal is explained in both languages and ends with status 1."""
    try:
        status = cli.main(args=arguments, prog_name="nguon", standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except NguonError as error:
        complain(error, error.faults if isinstance(error, FaultyInputError) else [])
        sys.exit(1)
    # Outside its standalone mode click gives the status of `Exit` back instead of raising it.
    if status:
        sys.exit(status)
