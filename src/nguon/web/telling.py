# SPDX-License-Identifier: Apache-2.0
"""Refusals as they stand on a form."""

from typing import Any

from litestar import Request

from nguon.base.errors import NguonError
from nguon.web.languages import negotiate
from nguon.web.problems import advice, words


def told(request: Request[Any, Any, Any], error: NguonError) -> str:
    """What is wrong and what to do, in the reader's language."""
    language = negotiate(request.scope)
    params = dict(error.params)
    if "role" in params:
        params["role"] = words(f"accounts.role.{params['role']}", language, {})
    said = words(error.code, language, params)
    return f"{said} {advice(error.code, language, params) or ''}".strip()
