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
_LINKSETS = (b"linkType=linkset", b"linkType=all")


def visitor(seen: Seen) -> Visitor | None:
    """Who asked; None for what does not count: robots, previews, requests for heads or linksets."""
    sent = {name: value for name, value in seen.headers if name in _WANTED}
    agent = sent.get(b"user-agent", b"")
    client = _client(agent)
    ahead = sent.get(b"sec-purpose", sent.get(b"purpose", b""))
    if client is Client.ROBOT or seen.method != "GET" or b"prefetch" in ahead:
        return None
    if any(word in seen.query for word in _LINKSETS):
        return None
    cookies = sent.get(b"cookie", b"")
    place, marked = choice(cookies)
    unwanted = sent.get(b"dnt") == b"1" or sent.get(b"sec-gpc") == b"1" or not marked
    device = None if unwanted or seen.client is None else _device(seen.client[0], agent)
    return Visitor(client, _language(cookies, sent.get(b"accept-language", b"")), place, device)


def choice(cookies: bytes) -> tuple[str | None, bool]:
    """The province that a visitor told, and whether the device may leave a mark."""
    found = _CHOSEN.search(cookies) if b"scans=" in cookies else None
    words = found[1].decode("ascii").split(".") if found else []
    told = next((word for word in words if province(word)), None)
    return told, UNMARKED not in words


def _device(address: str, agent: bytes) -> bytes:
    return f"{_network(address)} ".encode() + agent


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """An IPv6 subscriber has a whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return found.exploded[:19] if isinstance(found, IPv6Address) else str(found)


@lru_cache(maxsize=4096)
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


@lru_cache(maxsize=4096)
def _first(accepted: bytes) -> str | None:
    found = _TAG.match(accepted.decode("latin-1"))
    return found[1].lower() if found else None
