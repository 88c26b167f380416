# SPDX-License-Identifier: Apache-2.0
"""The providers of an installation: a TOML file, one table a provider, secrets in files beside it.

Issuers are reached over TLS; plain HTTP is for this machine alone.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import msgspec

from nguon.identity.oidc.errors import ProviderFileError, UnknownProviderError
from nguon.identity.oidc.model import ASYMMETRIC, Provider, Purpose
from nguon.store import Store

_ID = re.compile("[a-z][a-z0-9-]{0,30}")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
Providers = Mapping[str, Provider]

_providers: WeakKeyDictionary[Store, Providers] = WeakKeyDictionary()


def attach(store: Store, path: Path) -> None:
    """A store's people may use the providers in this file; none where there is no file."""
    _providers[store] = read(path) if path.is_file() else {}


def providers_of(store: Store, purpose: Purpose | None = None) -> list[Provider]:
    """The providers that there are, for a purpose."""
    found = _providers.get(store, {}).values()
    return [one for one in found if purpose is None or purpose in one.purposes]


def provider_of(store: Store, name: str, purpose: Purpose | None = None) -> Provider:
    """A provider by its name; raises `UnknownProviderError`."""
    found = _providers.get(store, {}).get(name)
    if found is None or (purpose is not None and purpose not in found.purposes):
        raise UnknownProviderError("oidc.unknown-provider")
    return found


def read(path: Path) -> Providers:
    """The providers of a file; raises `ProviderFileError`."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ProviderFileError("oidc.file", file=path.name, reason=str(error)) from error
    return {name: _provider(path, name, table) for name, table in tables.items()}


def reachable(address: str) -> bool:
    """Whether an address may be asked: TLS, or this machine."""
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    return safe and bool(parts.hostname) and parts.username is None and not parts.fragment


def _provider(path: Path, name: str, table: Any) -> Provider:
    try:
        found = msgspec.convert(table, Provider)
    except msgspec.ValidationError as error:
        raise ProviderFileError("oidc.file", file=path.name, reason=f"{name}: {error}") from error
    wrong = _wrong(name, found)
    if wrong:
        raise ProviderFileError("oidc.file", file=path.name, reason=f"{name}: {wrong}")
    secret = ""
    if found.client_secret_file:
        try:
            secret = (path.parent / found.client_secret_file).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise ProviderFileError("oidc.file", file=path.name, reason=name) from error
    return msgspec.structs.replace(found, id=name, secret=secret)


def _wrong(name: str, found: Provider) -> str:
    if not _ID.fullmatch(name):
        return "name"
    if found.id or found.secret:
        return "id, secret"
    if not reachable(found.issuer) or "?" in found.issuer:
        return "issuer"
    if not found.algorithms or not ASYMMETRIC.issuperset(found.algorithms):
        return "algorithms"
    return "" if "openid" in found.scopes else "scopes"
