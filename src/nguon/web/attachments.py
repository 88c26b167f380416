# SPDX-License-Identifier: Apache-2.0
"""How files of others are handed out."""

from urllib.parse import quote


def kept_headers(name: str) -> dict[str, str]:
    """The headers of somebody's file: a name, and nothing in it may run."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, no-store",
    }
