# SPDX-License-Identifier: Apache-2.0
"""``nguon sign``: keys of one's own, statements with a certificate, captures with a key.

Needs neither a network nor the database; nothing that is secret is printed.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

from nguon.archive.durable import write_secret
from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.signing import http, jws
from nguon.signing.holders import Holder, holder_of_pkcs12
from nguon.signing.key_files import read_private, write_private
from nguon.signing.keys import Algorithm, generate
from nguon.signing.stating import state_cms, state_jws
from nguon.signing.tokens import holder_of_token

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_CAPTURE = "nguon-capture+jws"
_SUFFIXES = {"cms": ".p7m", "jws": ".jws"}


@click.group("sign")
def command() -> None:
    """Keys of one's own; statements signed with a certificate; captures signed with a key."""


class MadeKey(msgspec.Struct, frozen=True):
    """The public half of a new key."""

    kid: str
    jwk: dict[str, str]
    file: str


@command.command("key")
@click.argument("file", type=_NEW)
@click.option(
    "--algorithm",
    type=click.Choice([each.value for each in Algorithm]),
    default=Algorithm.EDDSA.value,
    show_default=True,
)
@json_option
def make_key(file: Path, algorithm: str, as_json: bool) -> None:
    """Make a key, write its secret half to FILE (new, for its owner alone), print the other."""
    made = generate(Algorithm(algorithm))
    try:
        write_secret(file, write_private(made), anew=False)
    except FileExistsError as error:
        raise CommandError("cli.file-exists", path=str(file)) from error
    shown = MadeKey(made.public.thumbprint, made.public.jwk(), str(file))
    if as_json:
        print_json(shown)
    else:
        click.echo(f"{shown.kid}\n{msgspec.json.encode(shown.jwk).decode()}")


@command.command("statement")
@click.argument("file", type=_FILE)
@click.option("--p12", type=_FILE, help="PKCS #12 file with the key and its certificate.")
@click.option("--token", type=_FILE, help="The token's PKCS #11 library (.so, .dll).")
@click.option("--label", help="Of several tokens, the one with this label.")
@click.option("--password-file", type=_FILE, help="Password or PIN; asked for without it.")
@click.option("--form", type=click.Choice(list(_SUFFIXES)), default="cms", show_default=True)
@click.option("--out", type=_NEW, help="Otherwise FILE with .p7m or .jws added.")
def statement(file: Path, form: str, out: Path | None, **given: Any) -> None:
    """Sign the text in FILE with the certificate of an organisation (CMS or JWS)."""
    if (given["p12"] is None) is (given["token"] is None):
        raise click.UsageError("one of --p12 and --token")
    password = _password(given["password_file"])
    content = file.read_bytes()
    if given["p12"] is not None:
        signed = _stated(content, holder_of_pkcs12(given["p12"].read_bytes(), password), form)
    else:
        with holder_of_token(given["token"], password, given["label"]) as holder:
            signed = _stated(content, holder, form)
    place = out or file.with_name(file.name + _SUFFIXES[form])
    place.write_bytes(signed)
    click.echo(str(place))


@command.command("capture")
@click.argument("file", type=_FILE)
@click.option("--key", "key_file", type=_FILE, required=True, help="Private JWK.")
@click.option("--keyid", help="How the platform knows the key; otherwise its thumbprint.")
@click.option("--url", help="Where FILE will be sent: prints the headers to send with it.")
@click.option("--content-type", default="application/ld+json", show_default=True)
@click.option("--out", type=_NEW, help="Without --url: otherwise FILE with .jws added.")
def capture(file: Path, key_file: Path, keyid: str | None, url: str | None, **given: Any) -> None:
    """Sign a document of events: headers for one request, or a detached JWS beside FILE."""
    key = read_private(key_file.read_bytes())
    kid = keyid or key.public.thumbprint
    content = file.read_bytes()
    if url is not None:
        headers = {
            "content-type": given["content_type"],
            http.CONTENT_DIGEST: http.content_digest(content),
        }
        message = _request(url, headers)
        made = http.sign(message, key, keyid=kid, created=int(time.time()), nonce=token_urlsafe(16))
        for name, value in {**headers, **made}.items():
            click.echo(f"{name}: {value}")
        return
    header = {"typ": _CAPTURE, "kid": kid, "iat": int(time.time()), "nonce": token_urlsafe(16)}
    place = given["out"] or file.with_name(file.name + ".jws")
    place.write_text(jws.sign_detached(content, key, header), "ascii")
    click.echo(str(place))


def _request(url: str, headers: dict[str, str]) -> http.HttpMessage:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CommandError("cli.url", url=url)
    return http.HttpMessage("POST", parts.netloc, parts.path, parts.query, headers, parts.scheme)


def _stated(content: bytes, holder: Holder, form: str) -> bytes:
    now = datetime.now(UTC)
    if form == "cms":
        return state_cms(content, holder, now)
    return state_jws(content, holder, now).encode("ascii")


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text("utf-8").rstrip("\r\n")
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    found: str = click.prompt("password", hide_input=True, err=True)
    return found
