# SPDX-License-Identifier: Apache-2.0
"""What can be said of a web address without opening it: whose it is, and what is odd about it.

Nothing is ever fetched. An oddity is no proof of bad intent: it is what somebody
should know before typing a password or paying.
"""

import re
from enum import StrEnum
from ipaddress import ip_address
from typing import NamedTuple
from unicodedata import category, name, normalize
from urllib.parse import SplitResult, urlsplit

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_RUNNING = frozenset({"javascript", "data", "vbscript", "file", "intent", "blob", "about"})
_WEB = {"http": 80, "https": 443}
_SHORT = frozenset(
    {"bit.ly", "t.co", "tinyurl.com", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rebrand.ly", "s.id"}
)
_PROGRAM = re.compile(r"\.(apk|xapk|exe|msi|bat|cmd|scr|ipa|dmg|jar|vbs)$", re.IGNORECASE)
_LONGEST = 500
_ALIKE = str.maketrans("01345", "oleas")


class Odd(StrEnum):
    """What is odd about an address."""

    RUNS = "runs"
    """No page: opening it would run something or leave the browser."""
    BROKEN = "broken"
    """No host can be read in it."""
    PLAIN = "plain"
    """http: others on the way can read and change it."""
    NUMBER = "number"
    """An IP address where a name would stand."""
    NAMED = "named"
    """Something before ``@``, which looks like the host and is not."""
    LETTERS = "letters"
    """Letters of other scripts, which may look like Latin ones."""
    IMITATES = "imitates"
    """Much like our own host, and not it."""
    PORT = "port"
    SHORTENED = "shortened"
    PROGRAM = "program"
    """It ends as programs for phones or computers do."""
    LONG = "long"


class Address(NamedTuple):
    """An address taken apart; ``host`` as a person reads it, ``sent`` as machines write it."""

    scheme: str
    host: str
    sent: str
    odd: tuple[Odd, ...]


def address(text: str, own: str) -> Address | None:
    """The address in a text, if it is one; ``own`` is our host."""
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    if scheme in _RUNNING:
        return Address(scheme, "", "", (Odd.RUNS,))
    if scheme not in _WEB:
        return None
    try:
        parts = urlsplit("".join(text.split()))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Address(scheme, "", "", (Odd.BROKEN,))
    shown, sent = _readable(host), _written(host)
    odd = [sign for sign, present in _signs(parts, shown, port, own).items() if present]
    return Address(scheme, shown, sent, (*odd, *((Odd.LONG,) if len(text) > _LONGEST else ())))


def _signs(parts: SplitResult, host: str, port: int | None, own: str) -> dict[Odd, bool]:
    return {
        Odd.PLAIN: parts.scheme == "http",
        Odd.NUMBER: _is_number(host),
        Odd.NAMED: "@" in parts.netloc,
        Odd.LETTERS: "xn--" in host or _foreign(host),
        Odd.IMITATES: _imitates(host, own),
        Odd.PORT: port is not None and port != _WEB[parts.scheme],
        Odd.SHORTENED: host.removeprefix("www.") in _SHORT,
        Odd.PROGRAM: bool(_PROGRAM.search(parts.path)),
    }


def _readable(host: str) -> str:
    """Punycode as the letters it stands for; as it is where it stands for none."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(
                label.encode("ascii").decode("idna") if label.startswith("xn--") else label
            )
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def _written(host: str) -> str:
    """In letters of ASCII, as it is asked for; as it is where no machine would ask for it."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"[0-9.]+|0x[0-9a-f]+", host))
    return True


def _foreign(host: str) -> bool:
    """Letters that are not Latin; Vietnamese ones are."""
    letters = (letter for letter in host if category(letter)[0] == "L")
    return any("LATIN" not in name(letter, "") for letter in letters)


def _imitates(host: str, own: str) -> bool:
    """Our name as a part of another's, or read the same at a glance."""
    if not own or host == own or host.endswith(f".{own}") or "." not in own:
        return False
    plain = _skeleton(host)
    return _skeleton(own) in plain or f"{_skeleton(own).replace('.', '-')}" in plain


def _skeleton(host: str) -> str:
    decomposed = normalize("NFKD", host.lower())
    bare = "".join(letter for letter in decomposed if category(letter) != "Mn")
    return bare.translate(_LOOKS).translate(_ALIKE)


_LOOKS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u03bf\u03b1\u03bd\u0131\u0261" + chr(0x111),
    "aeopcyxijshdqwoavigd",
)
"""Letters of Cyrillic, Greek and others that look like Latin ones."""
