# SPDX-License-Identifier: Apache-2.0
"""What a request tells of its visitor: the sort of program, the language, and what is allowed.

``DNT: 1``, ``Sec-GPC: 1`` or the visitor's own choice keep the device out. A
place is known only where the visitor chose a province; addresses are never
turned into places.
"""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from nguon.scans.model import Client, Seen, Visitor
from nguon.vn.units import province

CHOICE = "scans"
"""The cookie with the visitor's choice: a province's code, `UNMARKED`, or both with a dot."""
UNMARKED = "no"
"""No mark of the device shall be kept."""

Request = tuple[str, bytes, str, tuple[tuple[bytes, bytes], ...]]
"""Method, query, address, and the headers that tell of a visitor."""

_WANTED = frozenset(
    {b"user-agent", b"accept-language", b"cookie", b"dnt", b"sec-gpc", b"sec-purpose", b"purpose"}
)
_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|headless|facebookexternalhit|whatsapp/"
    r"|curl|wget|python|httpx|aiohttp|java/|go-http|libwww|okhttp|node|scrapy|^$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"mobile|android|iphone|ipad|windows phone", re.IGNORECASE)
_COMPUTER = re.compile(r"windows|macintosh|x11|linux|cros", re.IGNORECASE)
_TAG = re.compile(r"\s*([a-z]{2,3})\b", re.IGNORECASE)
_CHOSEN = re.compile(rb"(?:^|;\s*)(?:__Host-)?scans=([0-9a-z.]{1,8})(?:;|$)")
_SET = re.compile(rb"(?:^|;\s*)lang=([a-z]{2})(?:;|$)")
_OURS = re.compile(rb"(?:^|;\s*)(?:__Host-scans|scans|lang)=[0-9a-z.]{1,8}(?=;|$)")
_LONGEST = 1024
_COMING = frozenset({"GET", "POST"})
"""A code's address opened; the form of the scan page sent."""
_LINKSETS = (b"linkType=linkset", b"linkType=all")


def asked(seen: Seen) -> Request:
    """The part of a request that tells of its visitor."""
    address = seen.client[0] if seen.client else ""
    headers = tuple([_short(*pair) for pair in seen.headers if pair[0] in _WANTED])
    return seen.method, seen.query[:_LONGEST], address, headers


def trimmed(seen: Seen) -> Seen:
    """The same request without what is never read of it."""
    _, query, _, headers = asked(seen)
    return seen._replace(query=query, headers=list(headers))


@lru_cache(maxsize=4096)
def visitor(request: Request) -> Visitor | None:
    """Who asked; None for what does not count: robots, previews, requests for heads or linksets."""
    method, query, address, headers = request
    sent = dict(headers)
    agent = sent.get(b"user-agent", b"")
    client = _client(agent)
    ahead = sent.get(b"sec-purpose", sent.get(b"purpose", b""))
    if client is Client.ROBOT or method not in _COMING or b"prefetch" in ahead:
        return None
    if any(word in query for word in _LINKSETS):
        return None
    cookies = sent.get(b"cookie", b"")
    place, marked = choice(cookies)
    unwanted = sent.get(b"dnt") == b"1" or sent.get(b"sec-gpc") == b"1" or not marked
    device = device_of(address, agent) if address and not unwanted else None
    return Visitor(client, _language(cookies, sent.get(b"accept-language", b"")), place, device)


def choice(cookies: bytes) -> tuple[str | None, bool]:
    """The province that a visitor told, and whether the device may leave a mark."""
    found = _CHOSEN.search(cookies) if b"scans=" in cookies else None
    words = found[1].decode("ascii").split(".") if found else []
    told = next((word for word in words if province(word)), None)
    return told, UNMARKED not in words


def _short(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header, and nothing of the many cookies that are not ours."""
    if name == b"cookie":
        value = b"; ".join(found[0].strip(b"; ") for found in _OURS.finditer(value))
    return name, value[:_LONGEST]


def device_of(address: str, agent: bytes) -> bytes:
    """Words that tell devices apart: the address (of IPv6 the subscriber's part) and the program's
    name. They are hashed at once and never kept.
    """
    return f"{network(address)} ".encode() + agent


def network(address: str) -> str:
    """The subscriber behind an address: of IPv6 a whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return found.exploded[:19] if isinstance(found, IPv6Address) else str(found)


def _client(agent: bytes) -> Client:
    told = agent.decode("latin-1")
    if _ROBOT.search(told):
        return Client.ROBOT
    if _PHONE.search(told):
        return Client.PHONE
    return Client.COMPUTER if _COMPUTER.search(told) else Client.OTHER


def _language(cookies: bytes, accepted: bytes) -> str | None:
    chosen = _SET.search(cookies) if b"lang=" in cookies else None
    return chosen[1].decode("ascii") if chosen else _first(accepted)


def _first(accepted: bytes) -> str | None:
    found = _TAG.match(accepted.decode("latin-1"))
    return found[1].lower() if found else None
