# SPDX-License-Identifier: Apache-2.0
"""``nguon demo``: load the demonstration goods and say what to try."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from nguon.app import compose
from nguon.capture.signed import Presented
from nguon.cli.compliance_command import catch_up
from nguon.cli.demonstration import (
    Link,
    Manifest,
    Paper,
    default_folder,
    documents,
    key,
    pictures,
    read_manifest,
    registers,
)
from nguon.cli.demonstration_claims import claim
from nguon.cli.demonstration_label import picture
from nguon.cli.demonstration_parties import FILE, Parties, prepare, read_parties
from nguon.cli.demonstration_people import open_accounts
from nguon.cli.demonstration_signing import signature
from nguon.cli.demonstration_witnesses import log_keys, watching
from nguon.cli.demonstration_works import live, settle
from nguon.cli.output import progress
from nguon.cli.symbol import qr_lines
from nguon.identity.model import Principal
from nguon.settings import Settings
from nguon.settings import load as load_settings
from nguon.web import start
from nguon.web.services import Services


@click.command("demo")
@click.option("--serve", "serve_after", is_flag=True, help="Serve afterwards.")
@click.option("--folder", type=click.Path(path_type=Path), help="Folder with a manifest.toml.")
def command(serve_after: bool, folder: Path | None) -> None:
    """Load the demonstration goods (once) and print what to try."""
    folder = folder or default_folder()
    manifest, parties = read_manifest(folder), read_parties(folder)
    settings = load_settings()
    if parties is not None and not settings.business_register:
        register = f"file:{folder / parties.register}"
        settings = replace(settings, business_register=register)
    pictures(folder, settings.media)
    start.write(settings.data, manifest.start)
    services = compose(settings)
    try:
        password = ""
        if services.store.log.events_after(0) == 0:
            password = _load(services, settings, folder, manifest, parties)
        secret = key(services.store, settings, manifest.document[0].organisation)
        password = password or open_accounts(services.store, manifest.person, settings.data)
        settle(services.store, folder, manifest)
        live(services, manifest)
        if parties is not None:
            claim(services, settings.data, parties)
        picture(services, manifest.start)
        catch_up(services.store)
        watched = log_keys(services.tlog) if serve_after else []
    finally:
        services.tlog.close()
        services.capture.close()
        services.store.close()
    _invite(settings, manifest, secret)
    _introduce(settings, manifest, password)
    if serve_after:
        from nguon.app import serve

        with watching(settings.data / "witnesses", settings.log_policy, watched):
            serve(settings)


def _load(
    services: Services,
    settings: Settings,
    folder: Path,
    manifest: Manifest,
    parties: Parties | None,
) -> str:
    """Registers, people, legal entities with their keys, then the records; the password."""
    store, data = services.store, settings.data

    def signing(paper: Paper, sender: Principal, body: bytes) -> Presented | None:
        return signature(store, data, paper.organisation, sender.organisation, body)

    with progress() as bar:
        steps = len(manifest.master) + len(manifest.document) + 1
        task = bar.add_task("examples", total=steps)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=name)

        registers(store, folder, manifest, step)
        password = open_accounts(store, manifest.person, data)
        step(FILE)
        if parties is not None:
            prepare(store, data, settings.ca_roots, parties)
        documents(store, services.capture, folder, manifest, step, signing)
        bar.update(task, description="examples")
    return password


def _invite(settings: Settings, manifest: Manifest, secret: str) -> None:
    address = urlsplit(settings.base_url)
    signed_in = f"{address.scheme}://demo:{secret}@{address.netloc}"
    for link in manifest.link:
        base = signed_in if link.path.startswith("/w/") else settings.base_url
        click.echo(f"\n{link.vi}\n{link.en}\n  {base}{link.path}")
    click.echo(f"\nkey  {secret}\n")
    first: Link = manifest.link[0]
    for line in qr_lines(settings.base_url + first.path):
        click.echo("  " + line)
    click.echo("")


def _introduce(settings: Settings, manifest: Manifest, password: str) -> None:
    """Who can sign in, and with what."""
    if not manifest.person:
        return
    click.echo(f"{settings.base_url}/account/sign-in    {password}")
    for account in manifest.person:
        click.echo(f"  {account.login:32} {account.vi}\n  {'':32} {account.en}")
    click.echo("")
