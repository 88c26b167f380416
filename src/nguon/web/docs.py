# SPDX-License-Identifier: Apache-2.0
"""The page about our programming interfaces, drawn from the OpenAPI document by the server."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get

from nguon.base.messages import Language, catalogue, text
from nguon.web.api import OPENAPI_PATH
from nguon.web.auth import PUBLIC
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import services

_NAMED_GROUPS = ("trace", "server", "other")
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    required: bool
    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    scope: str | None
    """The scope that a key needs; none for everybody."""
    parameters: tuple[Parameter, ...]
    body: tuple[str, ...]
    """Media types that the body may have."""
    responses: tuple[tuple[str, str], ...]
    example: str

    @property
    def anchor(self) -> str:
        """The fragment of the page that shows it."""
        return (
            f"{self.method.lower()}{self.path}".replace("{", "").replace("}", "").replace("/", "-")
        )


@get("/docs", opt=PUBLIC, include_in_schema=False)
async def docs(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page."""
    document = request.app.openapi_schema.to_schema()
    base_url = services(request.scope).base_url
    return render(
        request,
        "docs.html",
        cache_control="public, max-age=300",
        groups=grouped(document, base_url, negotiate(request.scope)),
        named_groups=_NAMED_GROUPS,
        openapi=OPENAPI_PATH,
        info=document["info"],
    )


def grouped(
    document: dict[str, Any], base_url: str, language: Language
) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI document by their first tag, in its order."""
    groups: dict[str, list[Operation]] = {}
    for path, item in sorted(document["paths"].items()):
        for method in _METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["other"])[0]
                one = _operation(path, method, item[method], base_url, language)
                groups.setdefault(tag, []).append(one)
    return groups


def _operation(
    path: str, method: str, spec: dict[str, Any], base_url: str, language: Language
) -> Operation:
    body = tuple(spec.get("requestBody", {}).get("content", {}))
    scope = next(
        (scopes[0] for entry in spec.get("security", []) for scopes in entry.values()), None
    )
    return Operation(
        method=method.upper(),
        path=path,
        summary=spec.get("summary", ""),
        description=spec.get("description", ""),
        scope=scope,
        parameters=tuple(_parameter(entry) for entry in spec.get("parameters", [])),
        body=body,
        responses=tuple(
            (status, _meaning(status, answer.get("description", ""), language))
            for status, answer in sorted(spec.get("responses", {}).items())
        ),
        example=_example(path, method, body, scope, base_url),
    )


def _meaning(status: str, description: str, language: Language) -> str:
    """What an answer means; the framework's stock phrase in the reader's words."""
    code = f"docs.status-{status}"
    stock = status.isdigit() and description == HTTPStatus(int(status)).description
    return text(code, language) if stock and code in catalogue(language) else description


def _parameter(spec: dict[str, Any]) -> Parameter:
    schema = spec.get("schema", {})
    return Parameter(
        name=spec["name"],
        place=spec["in"],
        required=spec.get("required", False),
        kind=_kind(schema),
        description=spec.get("description") or schema.get("description", ""),
    )


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "oneOf" in schema:
        return " | ".join(_kind(entry) for entry in schema["oneOf"] if entry.get("type") != "null")
    return str(schema.get("format") or schema.get("type") or "")


def _example(path: str, method: str, body: tuple[str, ...], scope: str | None, base: str) -> str:
    parts = ["curl"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    if scope:
        parts.append('-H "Authorization: Bearer $NGUON_KEY"')
    if body:
        parts += [f'-H "Content-Type: {body[0]}"', "--data-binary @document.json"]
    parts.append(f"'{base}{path}'")
    return " ".join(parts)


ROUTES = (docs,)
