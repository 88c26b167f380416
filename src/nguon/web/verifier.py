# SPDX-License-Identifier: Apache-2.0
"""The page that verifies proofs without a network: one file, made from the parts beside it.

Everything stands inside: script, style, the words of both languages and whom this
installation trusts. Its content security policy, in the file itself and in the answer's
header, forbids every request, so that a proof never leaves the reader's device, and lets no
other script run than the one whose hash it states.
"""

import asyncio
import re
from base64 import b64encode
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
from litestar.types import Receive, Scope, Send

from nguon.base.messages import DEFAULT_LANGUAGE, LANGUAGES, catalogue
from nguon.dossier.findings import Code as DossierCode
from nguon.evidence.findings import Code
from nguon.web.guarded import respond
from nguon.web.headers import SECURITY
from nguon.web.log_lane import policy_text
from nguon.web.pages import HTML, environment
from nguon.web.services import services
from nguon.web.squeezing import squeezed, unindented

PATH = "/log/verifier"
FILE_NAME = "nguon-verifier.html"

FOLDER = Path(__file__).parent / "verifier_page"
_PARTS = (
    *("octets", "sha2", "ed25519", "keys", "notes", "policies", "merkle", "maps", "json"),
    *("receipts", "shown", "packed", "packages", "reading", "findings", "trusting", "leaves"),
    *("entries", "items", "verifying", "jose", "histories", "signed", "claimed", "dossiers"),
    *("words", "drawing", "showing", "page", "end"),
)
_WORDS = (
    "verifier.",
    "web.language",
    "web.site",
    "web.skip",
    *(f"evidence.{one}." for one in Code),
    *(f"dossier.{one}." for one in DossierCode),
)
_SETTLED = ("transparency.key", "transparency.policy-")
_REASON = re.compile(r'"((?:dossier|evidence|signing|transparency)\.[a-z-]+)"')
_ALONE = b"quorum none\n"
"""Whom an installation without a log trusts: nobody."""


class Built(msgspec.Struct, frozen=True):
    """The page and the content security policy that goes with it."""

    html: bytes
    policy: str


@lru_cache(maxsize=4)
def built(policy: bytes) -> Built:
    """The page with a trust policy (C2SP tlog-policy) inside."""
    style = unindented((FOLDER / "page.css").read_text("utf-8"))
    script = f'(() => {{\n"use strict";\n{_data(policy)}{source()}}})();\n'
    allowed = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    template = environment().from_string((FOLDER / "page.html").read_text("utf-8"))
    words = {language: catalogue(language) for language in LANGUAGES}
    html = template.render(policy=allowed, style=style, script=script, words=words)
    return Built(html.encode(), f"{allowed}; frame-ancestors 'none'")


@cache
def source() -> str:
    """The script's parts in their order, without comments and without what is added here."""
    return "".join(squeezed((FOLDER / f"{part}.js").read_text("utf-8")) for part in _PARTS)


async def verifier(scope: Scope, _receive: Receive, send: Send) -> None:
    """The lane of ``GET /log/verifier``; with ``?download`` the same file to keep."""
    policy = await asyncio.to_thread(policy_text, services(scope).tlog)
    page = built(policy or _ALONE)
    headers = {name.decode(): value.decode() for name, value in SECURITY}
    headers |= {
        "content-type": HTML,
        "content-security-policy": page.policy,
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
    if b"download" in scope["query_string"]:
        headers["content-disposition"] = f'attachment; filename="{FILE_NAME}"'
    await respond(send, 200, headers, page.html)


def _data(policy: bytes) -> str:
    words = {code: _said(code) for code in sorted(catalogue(DEFAULT_LANGUAGE)) if _wanted(code)}
    # In a script element "<" could end or begin what HTML reads as a tag.
    spelled = msgspec.json.encode(words).decode().replace("<", "\\u003c")
    languages = msgspec.json.encode(LANGUAGES).decode()
    armoured = b64encode(policy).decode()
    return (
        f'const LANGUAGES = {languages};\nconst WORDS = {spelled};\nconst POLICY = "{armoured}";\n'
    )


def _wanted(code: str) -> bool:
    """Whether the page may have to say it; it reads policies and keys only as they were written."""
    if code.startswith(_SETTLED):
        return False
    return code in set(_REASON.findall(source())) or code.startswith(_WORDS)


def _said(code: str) -> list[str]:
    """The text in each language; then, but for reasons of the log's formats, what to do next."""
    entries = [catalogue(language)[code] for language in LANGUAGES]
    told = [entry["text"] for entry in entries]
    if "hint" in entries[0] and not code.startswith("transparency."):
        told += [entry["hint"] for entry in entries]
    return told


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


EXACT = {(method, PATH): verifier for method in ("GET", "HEAD")}
