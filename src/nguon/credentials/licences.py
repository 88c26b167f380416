# SPDX-License-Identifier: Apache-2.0
"""GS1 Digital Licences: the chain from GS1 to a company, its keys and what it says of them.

Prefix licence (from a root) → company prefix licence → licence of one key → key credential →
data about the key. Each next one is issued by the holder of the one before and stays within
its number (GS1 Digital Licenses, "Validation"; the document says that it is no GS1 standard).
"""

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum

import msgspec

from nguon.credentials.did import Resolve
from nguon.credentials.errors import CredentialError
from nguon.credentials.verifying import Standing, Statuses, Verified, verify
from nguon.gs1 import IdentifierError, parse

MOST_STEPS = 8
Fetch = Callable[[str], str | bytes | None]
"""The secured credential at an address; None where it is not at hand."""


class Level(StrEnum):
    """What a licence gives, from the root down."""

    PREFIX = "prefix"
    COMPANY = "company-prefix"
    ONE_KEY = "id-key"
    KEY = "key"
    DATA = "data"


_LEVELS = {
    "GS1PrefixLicenseCredential": Level.PREFIX,
    "GS18PrefixLicenseCredential": Level.PREFIX,
    "GS1CompanyPrefixLicenseCredential": Level.COMPANY,
    "GS1IdentificationKeyLicenseCredential": Level.ONE_KEY,
    "KeyCredential": Level.KEY,
    "ProductDataCredential": Level.DATA,
    "OrganizationDataCredential": Level.DATA,
}
_RESTS_ON = {
    Level.PREFIX: (),
    Level.COMPANY: (Level.PREFIX,),
    Level.ONE_KEY: (Level.PREFIX, Level.COMPANY),
    Level.KEY: (Level.COMPANY, Level.ONE_KEY, Level.KEY),
    Level.DATA: (Level.KEY,),
}
_BEFORE_PREFIX = {"01": 1, "00": 1}
"""Digits of a key before its company prefix: indicator, extension."""
_GTIN_DIGITS = 14


class Licence(msgspec.Struct, frozen=True, kw_only=True):
    """One link of a chain: what it gives (``value``) and who may go on from it (``holder``)."""

    url: str
    level: Level
    issuer: str
    holder: str
    value: str
    rests_on: str | None
    verified: Verified


class Chain(msgspec.Struct, frozen=True):
    """Licences from the one asked for up to the root; all signatures and numbers fit."""

    links: tuple[Licence, ...]

    @property
    def standing(self) -> Standing:
        """The gravest standing of a link."""
        order = list(Standing)
        return max((one.verified.standing for one in self.links), key=order.index)


class Judge(msgspec.Struct, frozen=True, kw_only=True):
    """What a chain is judged with: keys, status lists, trusted roots (DIDs) and the moment."""

    fetch: Fetch
    resolve: Resolve
    statuses: Statuses
    roots: Collection[str]
    moment: datetime


def verify_chain(secured: str | bytes, judge: Judge) -> Chain:
    """The chain that a licence rests on.

    Raises `CredentialError` or `SigningError` where a link is missing, not signed by the
    holder of the one before, beyond its number, or does not end at a trusted root.
    """
    links = [_read(secured, judge)]
    while links[-1].rests_on is not None:
        if len(links) >= MOST_STEPS:
            raise CredentialError("credentials.licence-loop", most=MOST_STEPS)
        url = links[-1].rests_on
        found = judge.fetch(url)
        if found is None:
            raise CredentialError("credentials.licence-missing", url=url[:200])
        above = _read(found, judge)
        if above.url != url:
            raise CredentialError("credentials.licence-missing", url=url[:200])
        _check_step(links[-1], above)
        links.append(above)
    root = links[-1]
    if root.level is not Level.PREFIX or root.issuer not in judge.roots:
        raise CredentialError("credentials.licence-root", did=root.issuer[:160])
    return Chain(tuple(links))


def _read(secured: str | bytes, judge: Judge) -> Licence:
    verified = verify(secured, judge.resolve, judge.statuses, judge.moment)
    credential = verified.credential
    level = next((_LEVELS[one] for one in credential.types if one in _LEVELS), None)
    if level is None:
        raise CredentialError("credentials.licence-kind", found=" ".join(credential.types)[:120])
    told = credential.subjects[0]
    declares = level in (Level.KEY, Level.DATA)
    value = told.get("id") if declares else told.get("licenseValue")
    above = told.get("keyAuthorization" if level is Level.DATA else "extendsCredential")
    if not isinstance(value, str) or not isinstance(told.get("id"), str):
        raise CredentialError("credentials.licence-kind", found=level)
    if _RESTS_ON[level] and not isinstance(above, str):
        raise CredentialError("credentials.licence-kind", found=level)
    return Licence(
        url=credential.id or "",
        level=level,
        issuer=credential.issuer,
        holder=credential.issuer if declares else told["id"],
        value=_key(value) if declares else value,
        rests_on=above if _RESTS_ON[level] else None,
        verified=verified,
    )


def _check_step(below: Licence, above: Licence) -> None:
    if above.level not in _RESTS_ON[below.level]:
        raise CredentialError("credentials.licence-parent", found=above.level)
    if below.issuer not in _may_follow(below, above):
        raise CredentialError("credentials.licence-holder", did=below.issuer[:160])
    if not _within(below, above):
        raise CredentialError(
            "credentials.licence-value", value=below.value[:120], licence=above.value[:120]
        )


def _may_follow(below: Licence, above: Licence) -> tuple[str, ...]:
    """Who may issue the next: the holder; of a licence under a prefix its member organisation."""
    if below.level is Level.ONE_KEY and above.level is Level.COMPANY:
        return above.holder, above.issuer
    return (above.holder,)


def _within(below: Licence, above: Licence) -> bool:
    """Whether a number stays within the licence that it rests on."""
    if above.level is Level.KEY:
        exact = below.value == above.value
        return exact or (below.level is Level.KEY and below.value.startswith(above.value + "/"))
    if below.level is not Level.KEY:
        whole = below.value
        return whole.startswith(above.value) or (
            len(whole) == _GTIN_DIGITS and whole[1:].startswith(above.value)
        )
    ai, _, number = below.value.partition("/")
    number = number.partition("/")[0]
    if above.level is Level.ONE_KEY:
        return number == above.value
    return number[_BEFORE_PREFIX.get(ai, 0) :].startswith(above.value)


def _key(link: str) -> str:
    """The item key of a Digital Link; raises `CredentialError` where it is none."""
    try:
        return parse(link).key
    except IdentifierError as error:
        raise CredentialError("credentials.licence-number", value=link[:120]) from error
