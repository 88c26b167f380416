# SPDX-License-Identifier: Apache-2.0
"""A timestamp authority for tests: openssl behind HTTP, with certificates made on the spot."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[tsa]
default_tsa = tsa1
[tsa1]
dir = {folder}
serial = $dir/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def _name(common: str) -> x509.Name:
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")
    return x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class Authority:
    """A root and a timestamp certificate that it issued, as files in a folder."""

    def __init__(
        self,
        folder: Path,
        *,
        valid: tuple[timedelta, timedelta] = (timedelta(days=-1), timedelta(days=30)),
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        now = datetime.now(UTC)
        root = self._issued(_name("Test root"), root_key, _name("Test root"), root_key, now)
        self.root = (
            root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), False)
            .sign(root_key, hashes.SHA256())
        )
        leaf = self._issued(_name("Test TSA"), key, _name("Test root"), root_key, now, valid)
        self.leaf = (
            leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        (folder / "root.pem").write_bytes(self.root.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.pem").write_bytes(self.leaf.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.key").write_bytes(_pem(key))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
        self._lock = threading.Lock()

    @property
    def certificates(self) -> Path:
        """The file with the root."""
        return self.folder / "root.pem"

    @staticmethod
    def _issued(
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        _issuer_key: ec.EllipticCurvePrivateKey,
        now: datetime,
        valid: tuple[timedelta, timedelta] = (timedelta(days=-400), timedelta(days=400)),
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + valid[0])
            .not_valid_after(now + valid[1])
        )

    def reply(self, query: bytes) -> bytes:
        """What openssl answers to a request."""
        with self._lock:
            asked, answered = self.folder / "query.tsq", self.folder / "reply.tsr"
            asked.write_bytes(query)
            signer = ("-config", "tsa.cnf", "-inkey", "tsa.key", "-signer", "tsa.pem")
            self._run("ts", "-reply", *signer, "-queryfile", "query.tsq", "-out", "reply.tsr")
            return answered.read_bytes()

    def words(self, answer: bytes) -> bytes:
        """What an answer states, without its signature."""
        (self.folder / "answer.tsr").write_bytes(answer)
        self._run("ts", "-reply", "-in", "answer.tsr", "-token_out", "-out", "answer.der")
        form = ("-inform", "DER", "-in", "answer.der")
        self._run("cms", "-verify", "-noverify", *form, "-out", "answer.words")
        return (self.folder / "answer.words").read_bytes()

    def signed(self, words: bytes) -> bytes:
        """An answer that states so, whatever the certificate is for."""
        (self.folder / "made.words").write_bytes(words)
        signer = ("-signer", "tsa.pem", "-inkey", "tsa.key", "-md", "sha256")
        kind = ("-econtent_type", "1.2.840.113549.1.9.16.1.4")
        form = ("-outform", "DER", "-in", "made.words", "-out", "made.der")
        self._run("cms", "-sign", "-binary", "-nodetach", *signer, *kind, *form)
        body = b"\x30\x03\x02\x01\x00" + (self.folder / "made.der").read_bytes()
        return b"\x30\x82" + len(body).to_bytes(2) + body

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@contextmanager
def serving(answered: Callable[[bytes], bytes | None], status: int = 200) -> Iterator[str]:
    """An HTTP server that answers requests so; None hangs up. Gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            asked_right = self.headers["content-type"] == "application/timestamp-query"
            octets = answered(query) if asked_right else b"wrong content-type"
            if octets is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(octets)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(octets)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
