# SPDX-License-Identifier: Apache-2.0
"""The witness's key: one line in a file that nobody else may read.

Spelled as in Go's signed notes: ``PRIVATE+KEY+<name>+<id>+<base64 of type and seed>``.
"""

import secrets
from pathlib import Path

from nguon.archive.durable import write_secret
from nguon.transparency.armour import armoured, octets_of
from nguon.transparency.keys import Kind, Signer
from nguon.witness.errors import KeeperError

_MARK = "PRIVATE+KEY+"
_SEED = 32


def create(path: Path, name: str) -> Signer:
    """A new key in a new file, readable by its owner alone.

    Raises `KeeperError` where a file is there already, `NoteError` for a name no key can have.
    """
    seed = secrets.token_bytes(_SEED)
    signer = Signer(name, Kind.COSIGNATURE, seed)
    armour = armoured(bytes([Kind.COSIGNATURE]) + seed)
    line = f"{_MARK}{name}+{signer.key.id.hex()}+{armour}\n"
    try:
        write_secret(path, line.encode(), anew=False)
    except FileExistsError as error:
        raise KeeperError("witness.key-exists", path=str(path)) from error
    return signer


def read(path: Path) -> Signer:
    """The key; raises `KeeperError` where it is missing, damaged or open to others."""
    try:
        line = path.read_bytes()
    except FileNotFoundError as error:
        raise KeeperError("witness.key-missing", path=str(path)) from error
    if path.stat().st_mode & 0o077:
        raise KeeperError("witness.key-open", path=str(path))
    name, _, rest = line.decode("utf-8", "replace").strip().removeprefix(_MARK).partition("+")
    told, _, armour = rest.partition("+")
    octets = octets_of(armour) or b""
    if len(octets) != 1 + _SEED or octets[0] != Kind.COSIGNATURE:
        raise KeeperError("witness.key-damaged", path=str(path))
    signer = Signer(name, Kind.COSIGNATURE, octets[1:])
    if signer.key.id.hex() != told:
        raise KeeperError("witness.key-damaged", path=str(path))
    return signer
