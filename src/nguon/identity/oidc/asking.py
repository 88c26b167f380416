# SPDX-License-Identifier: Apache-2.0
"""Asking a provider: JSON over HTTP, bounded in time and size, leading nowhere else."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from nguon.identity.oidc.config import reachable
from nguon.identity.oidc.errors import ProviderAwayError

SECONDS = 5.0
_LIMIT = 256 * 1024


def asked(
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    credentials: tuple[str, str] | None = None,
    bearer: str = "",
) -> dict[str, Any]:
    """The JSON object at an address; with ``form`` it is sent there (POST).

    Raises `ProviderAwayError`; for an answer other than 200, with its status.
    """
    if not reachable(address):
        raise ProviderAwayError("oidc.address")
    headers = {"accept": "application/json"}
    if bearer:
        headers["authorization"] = f"Bearer {bearer}"
    until = time.monotonic() + SECONDS
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "GET" if form is None else "POST",
                address,
                data=None if form is None else dict(form),
                headers=headers,
                auth=credentials,
            ) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise ProviderAwayError("oidc.answer", status=answer.status_code)
            octets = _whole(answer, until)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderAwayError("oidc.away", reason=type(error).__name__) from error
    try:
        return msgspec.json.decode(octets, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ProviderAwayError("oidc.no-json") from error


def _whole(answer: httpx.Response, until: float) -> bytes:
    found = bytearray()
    for part in answer.iter_bytes():
        found += part
        if len(found) > _LIMIT or time.monotonic() > until:
            raise ProviderAwayError("oidc.too-much")
    return bytes(found)
