# SPDX-License-Identifier: Apache-2.0
"""A token for tests: SoftHSM in a folder of its own, with a key and its certificate."""

import os
import shutil
import subprocess
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key

from tests.pki_made import Certified

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "123456"


def present() -> bool:
    """Whether SoftHSM is on this machine."""
    return LIBRARY.exists() and shutil.which("softhsm2-util") is not None


def made(folder: Path) -> dict[str, str]:
    """A place for tokens; gives the environment in which they are found."""
    tokens, settings = folder / "tokens", folder / "softhsm2.conf"
    tokens.mkdir(parents=True)
    settings.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n", "utf-8")
    return {**os.environ, "SOFTHSM2_CONF": str(settings)}


def init(environment: dict[str, str], label: str) -> None:
    """A new token."""
    command = ["softhsm2-util", "--init-token", "--free", "--label", label]
    command += ["--pin", PIN, "--so-pin", PIN]
    subprocess.run(command, env=environment, capture_output=True, check=True)


def put(label: str, one: Certified) -> None:
    """A key and its certificates on a token, as a vendor's tool puts them there."""
    library = pkcs11.lib(str(LIBRARY))
    library.reinitialize()
    with library.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        key = one.key.private_bytes(
            Encoding.DER,
            PrivateFormat.PKCS8
            if isinstance(one.key, ec.EllipticCurvePrivateKey)
            else PrivateFormat.TraditionalOpenSSL,
            NoEncryption(),
        )
        decode = decode_rsa_private_key if isinstance(one.key, rsa.RSAPrivateKey) else _elliptic
        told = {Attribute.ID: b"\1", Attribute.TOKEN: True, Attribute.LABEL: "seal"}
        session.create_object({**decode(key), **told})
        for number, der in enumerate((one.der, *one.chain_der), 1):
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.ID: bytes([number]),
                    Attribute.SUBJECT: b"",
                    Attribute.VALUE: der,
                }
            )


def _elliptic(octets: bytes) -> dict[Attribute, object]:
    from asn1crypto.keys import PrivateKeyInfo

    inner = PrivateKeyInfo.load(octets)
    traditional = inner["private_key"].parsed
    traditional["parameters"] = inner["private_key_algorithm"]["parameters"]
    return {**decode_ec_private_key(traditional.dump()), Attribute.KEY_TYPE: KeyType.EC}
