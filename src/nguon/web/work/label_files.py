# SPDX-License-Identifier: Apache-2.0
"""Proven labels as an answer: one file, or parts that are written while they are sent."""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator

from litestar import Response
from litestar.response import Stream

from nguon.base.messages import Language
from nguon.labels import service, zpl
from nguon.labels.model import Output, Sheet
from nguon.labels.service import AT_ONCE, ZIP, Proof
from nguon.web.work.files import download

_ENDINGS = {ZIP: "zip", zpl.MEDIA_TYPE: "zpl"}
VERIFIED = "nguon-verified"
"""Header with the number of symbols that were read back."""


async def answer(
    proof: Proof, output: Output, language: Language, *, start: int = 0
) -> Response[bytes] | Stream:
    """The file; many labels come as they are written: ZPL as it is, other kinds as ZIP.

    Raises:
        LabelError: the template cannot be written so.
    """
    service.check(proof, output)
    name = _name(proof)
    if len(proof.layouts) <= AT_ONCE:
        made = await asyncio.to_thread(service.written, proof, output, language, start=start)
        ending = _ENDINGS.get(made.media_type, output.value)
        found = download(made.content, made.media_type, f"{name}.{ending}")
        found.headers[VERIFIED] = str(made.verified)
        return found
    parts = service.parts(proof, output, language, start=start)
    plain = output is Output.ZPL
    return Stream(
        (one.content for one in parts) if plain else _zip(parts, name, output),
        media_type=zpl.MEDIA_TYPE if plain else ZIP,
        headers={
            "content-disposition": f'attachment; filename="{name}.{"zpl" if plain else "zip"}"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            VERIFIED: str(proof.verified),
        },
    )


def _name(proof: Proof) -> str:
    first = re.sub("[^0-9A-Za-z]+", "-", proof.layouts[0].label.name).strip("-")
    return f"nhan-{first or 'tem'}-{proof.template.name}"


class _Outlet(io.RawIOBase):
    """What a ZIP file is written into: a pipe that is emptied after each part."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self.waiting += some
        return len(some)

    def taken(self) -> bytes:
        found = bytes(self.waiting)
        self.waiting.clear()
        return found


def _zip(parts: Iterator[Sheet], name: str, output: Output) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for number, one in enumerate(parts, start=1):
            ending = _ENDINGS.get(one.media_type, output.value)
            archive.writestr(zipfile.ZipInfo(f"{name}-{number:02}.{ending}"), one.content)
            yield outlet.taken()
    yield outlet.taken()
