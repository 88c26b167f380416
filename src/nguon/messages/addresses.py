# SPDX-License-Identifier: Apache-2.0
"""Where messages may be sent: to the open Internet, and nowhere inside (SSRF).

A name is looked up once for each message and the message goes to the very address that was
judged, so that a name cannot lead elsewhere in between.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from nguon.messages.errors import AddressError

LONGEST = 2000
_UNICAST = IPv6Network("2000::/3")
"""All that is given out of the open Internet (RFC 4291)."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 numbers as networks without IPv4 write them (RFC 6052)."""
_PORTS = {"https": 443, "http": 80}


class Address(NamedTuple):
    """An address taken apart: ``at`` is the number that its name stands for now."""

    scheme: str
    host: str
    port: int
    path: str
    query: str
    at: str

    @property
    def authority(self) -> str:
        """What stands in ``Host``: the port where it is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def direct(self) -> str:
        """The address with the number in the place of the name."""
        name = f"[{self.at}]" if ":" in self.at else self.at
        return f"{self.scheme}://{name}:{self.port}{self.path}{self.query and '?'}{self.query}"


def resolved(url: str, *, private: bool) -> Address:
    """An address that messages may be sent to; ``private``: also inside, and without TLS.

    Raises:
        AddressError: no such address, no TLS, or it leads inside.
    """
    found = shaped(url, private=private)
    try:
        numbers = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError("messages.address-unknown", host=found.host) from error
    told = [str(one[4][0]) for one in numbers]
    if not private and not all(map(_open, told)):
        raise AddressError("messages.address-inside", host=found.host)
    return found._replace(at=told[0])


def shaped(url: str, *, private: bool) -> Address:
    """Likewise by its form alone; nothing is looked up but what is a number already."""
    wrong = AddressError("messages.address-form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    secure = parts.scheme == "https" or (private and parts.scheme == "http")
    if not (plain and secure and parts.hostname) or parts.username is not None or parts.fragment:
        raise wrong
    host = parts.hostname
    if not private and not (_open(host) if _numeric(host) else "." in host):
        raise AddressError("messages.address-inside", host=host)
    port = _PORTS[parts.scheme] if port is None else port
    return Address(parts.scheme, host, port, parts.path or "/", parts.query, host)


def _numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _open(number: str) -> bool:
    """Whether a number is one of the open Internet; one that stands for another is judged by it."""
    found = ip_address(number.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast
    inner = found.ipv4_mapped or (_inner(found) if found in _TRANSLATED else None)
    if inner is not None:
        return _open(str(inner))
    wrapped = [found.sixtofour] if found.sixtofour else list(found.teredo or ())
    return found in _UNICAST and found.is_global and all(_open(str(one)) for one in wrapped)


def _inner(found: IPv6Address) -> IPv4Address:
    return IPv4Address(int(found) & 0xFFFF_FFFF)
