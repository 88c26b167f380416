# SPDX-License-Identifier: Apache-2.0
"""The page that verifies proofs without a network: one file, made from the parts beside it.

Everything stands inside: script, style, the words of both languages and whom this
installation trusts. Its content security policy, in the file itself and in the answer's
header, forbids every request, so that a proof never leaves the reader's device, and lets no
other script run than the one whose hash it states.
"""

from base64 import b64encode
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
from litestar.types import Receive, Scope, Send

from nguon.base.messages import LANGUAGES, Language, catalogue
from nguon.transparency.policies import NONE, Policy
from nguon.web.guarded import respond
from nguon.web.headers import SECURITY
from nguon.web.pages import HTML, environment
from nguon.web.services import services

PATH = "/log/verifier"
FILE_NAME = "nguon-verifier.html"

_FOLDER = Path(__file__).parent / "verifier_page"
_PARTS = (
    *("octets", "sha2", "ed25519", "keys", "notes", "policies", "judging", "merkle", "maps"),
    *("receipts", "words", "page"),
)
_WORDS = ("verifier.", "evidence.", "transparency.", "web.language", "web.site", "web.skip")
_ALONE = b"quorum none\n"
"""Whom an installation without a log trusts: nobody."""


class Built(msgspec.Struct, frozen=True):
    """The page and the content security policy that goes with it."""

    html: bytes
    policy: str


@lru_cache(maxsize=4)
def built(policy: bytes) -> Built:
    """The page with a trust policy (C2SP tlog-policy) inside."""
    style = (_FOLDER / "page.css").read_text("utf-8")
    script = f'(() => {{\n"use strict";\n{_data(policy)}{source()}}})();\n'
    allowed = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    template = environment().from_string((_FOLDER / "page.html").read_text("utf-8"))
    words = {language: catalogue(language) for language in LANGUAGES}
    html = template.render(policy=allowed, style=style, script=script, words=words)
    return Built(html.encode(), f"{allowed}; frame-ancestors 'none'")


@cache
def source() -> str:
    """The script's parts in their order, without what an installation adds."""
    return "".join((_FOLDER / f"{part}.js").read_text("utf-8") for part in _PARTS)


def written(policy: Policy) -> bytes:
    """A policy as the format spells it (tlog-policy); addresses are left out."""
    lines = [f"log {log.key}" for log in policy.logs]
    lines += [f"witness {name} {each.key}" for name, each in policy.witnesses.items()]
    lines += [
        f"group {name} {each.threshold} {' '.join(each.members)}"
        for name, each in policy.groups.items()
    ]
    lines.append(f"quorum {policy.quorum or NONE}")
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


async def verifier(scope: Scope, _receive: Receive, send: Send) -> None:
    """The lane of ``GET /log/verifier``; with ``?download`` the same file to keep."""
    page = built(_trusted(scope))
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


def _trusted(scope: Scope) -> bytes:
    tlog = getattr(services(scope), "tlog", None)
    policy = tlog.policy() if tlog is not None else None
    return _ALONE if policy is None else written(policy)


def _data(policy: bytes) -> str:
    words = {language: _chosen(language) for language in LANGUAGES}
    # In a script element "<" could end or begin what HTML reads as a tag.
    spelled = msgspec.json.encode(words).decode().replace("<", "\\u003c")
    return f'const WORDS = {spelled};\nconst POLICY = "{b64encode(policy).decode()}";\n'


def _chosen(language: Language) -> dict[str, dict[str, str]]:
    found = catalogue(language)
    return {code: dict(found[code]) for code in sorted(found) if code.startswith(_WORDS)}


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


EXACT = {(method, PATH): verifier for method in ("GET", "HEAD")}
