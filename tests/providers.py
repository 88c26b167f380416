# SPDX-License-Identifier: Apache-2.0
"""OpenID Connect providers for tests: a real one, and one that can be told to lie."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.ports import free_port

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
ENTERPRISE = "0309999999"


@contextmanager
def real_provider(**claims: Any) -> Iterator[str]:
    """The issuer of a provider in a process of its own, with a user ``lan`` of these claims."""
    port = free_port()
    user = json.dumps({"sub": "lan", "name": "Chị Lan", **claims})
    # Authlib speaks of what it will do otherwise one day, in its own code.
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--user-claims", user],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        _wait(process, f"{issuer}/jwks")
        yield issuer
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + 30
    while True:
        assert process.poll() is None
        assert time.monotonic() < until
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return


def confirmed_at(issuer: str, address: str, sub: str = "lan") -> str:
    """Somebody agrees at the real provider; gives where the browser is sent back to."""
    assert address.startswith(issuer)
    answer = httpx.post(address, data={"sub": sub}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


@dataclass
class Liar:
    """A provider that answers what a test wants it to."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over the claims of its tokens; None leaves one out."""
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    signing: Callable[[dict[str, Any]], str] | None = None
    keys: list[dict[str, Any]] = field(default_factory=list)
    nonce: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    """What was sent for tokens."""
    asked: list[str] = field(default_factory=list)

    def token(self) -> str:
        """An identity token."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "lan",
            "aud": "nguon",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.signing is not None:
            return self.signing(kept)
        return jwt.encode({"alg": "RS256", "kid": "one"}, kept, KEY, algorithms=["RS256"])

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """What stands at an address."""
        self.asked.append(path)
        if path.startswith("/.well-known"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                **self.metadata,
            }
        if path == "/keys":
            return {"keys": self.keys or [KEY.as_dict(private=False)]}
        if path == "/token":
            self.forms.append(form)
            return {"access_token": "access", "token_type": "Bearer", "id_token": self.token()}
        return {"sub": "lan", **self.userinfo}


@contextmanager
def liar() -> Iterator[Liar]:
    """Such a provider, listening."""
    told = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            octets = json.dumps(told.answer(urlsplit(self.path).path, form)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    told.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def configured(folder: Path, **issuers: str) -> Path:
    """The file of providers with these names; each signs in, links, identifies, invites."""
    (folder / "secret.txt").write_text("very secret\n")
    path = folder / "oidc.toml"
    path.write_text(
        "\n".join(
            f'[{name}]\nissuer = "{issuer}"\nclient_id = "nguon"\n'
            f'client_secret_file = "secret.txt"\nname_vi = "Cổng {name}"\nname_en = "Gate {name}"\n'
            'purposes = ["login", "link", "enrol", "invitation"]\n'
            f'[{name}.claims]\norganisation = "enterprise_code"\npersonal = "citizen_id"\n'
            'level = "loa"\n'
            for name, issuer in issuers.items()
        ),
        "utf-8",
    )
    return path


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
