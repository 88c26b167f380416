# SPDX-License-Identifier: Apache-2.0
"""The witness's one page for people: who it is, which logs it watches, what it saw last."""

from datetime import UTC, datetime
from hashlib import sha256
from html import escape

from nguon.base.messages import Language, text
from nguon.transparency.armour import armoured
from nguon.transparency.keys import Key
from nguon.witness.state import Watched

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:auto;padding:1rem}"
    "code,td{overflow-wrap:anywhere}td,th{text-align:left;padding:.3rem .6rem .3rem 0}"
    "a{display:inline-block;padding:.6rem 0}"
)
_HASH = armoured(sha256(_STYLE.encode()).digest())
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'"
"""What the page may load: its own style."""


def page(key: Key, logs: list[Watched], language: Language) -> bytes:
    """The page, in one language, with a link to the other."""
    other: Language = "en" if language == "vi" else "vi"
    rows = "".join(_row(log, language) for log in logs)
    heads = "".join(
        f"<th>{escape(text(code, language))}</th>"
        for code in ("witness.page-log", "witness.page-size", "witness.page-time")
    )
    title = escape(text("witness.page-title", language, name=key.name))
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{escape(text('witness.page-about', language))}</p>"
        f"<p>{escape(text('witness.page-key', language))}<br><code>{escape(str(key))}</code></p>"
        f"<table><tr>{heads}</tr>{rows}</table>"
        f'<p><a href="/?lang={other}">{escape(text("witness.page-other", other))}</a></p></html>\n'
    ).encode()


def _row(log: Watched, language: Language) -> str:
    if not log.time:
        never = escape(text("witness.page-never", language))
        return f"<tr><td>{escape(log.origin)}</td><td>–</td><td>{never}</td></tr>"
    note = f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint"
    seen = datetime.fromtimestamp(log.time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        f'<tr><td><a href="{note}">{escape(log.origin)}</a></td>'
        f"<td>{log.size}</td><td>{seen}</td></tr>"
    )
