# SPDX-License-Identifier: Apache-2.0
"""Sheets of labels: laid out, read back, and only then written."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nguon.base.messages import Language, text
from nguon.labels import pdf, png, svg, zpl
from nguon.labels.errors import LabelError
from nguon.labels.layout import Layout, lay_out
from nguon.labels.limits import RESOLUTIONS
from nguon.labels.model import Label, Output, Sheet
from nguon.labels.placing import Placed, pages
from nguon.labels.templates import Template, template
from nguon.labels.verifying import read_back

MOST = 10_000
"""Labels of one order: what one answer keeps in memory."""
AT_ONCE = 1_300
"""Labels of one file where an order is written in parts: twenty sheets of 65."""
ZIP = "application/zip"


class Proof(NamedTuple):
    """Labels that were laid out and read back: what may be written."""

    template: Template
    layouts: tuple[Layout, ...]
    verified: int


def sheet(
    name: str,
    labels: Sequence[Label],
    output: Output | str,
    language: Language,
    *,
    dpi: int = 0,
    start: int = 0,
) -> Sheet:
    """The labels on the template of this name; several pages of SVG or PNG come as ZIP.

    ``dpi`` is the printer's, else the template's; ``start`` counts the places
    of the first sheet that are used already.

    Raises:
        LabelError: a label cannot be made or does not read back; names it.
    """
    return written(prove(name, labels, language, dpi=dpi), output, language, start=start)


def prove(name: str, labels: Sequence[Label], language: Language, *, dpi: int = 0) -> Proof:
    """Lay out all labels and read each symbol back, without writing anything.

    Raises:
        LabelError: as `sheet`.
    """
    chosen = template(name)
    if dpi and dpi not in RESOLUTIONS:
        raise LabelError(
            "labels.unknown-resolution", dpi=dpi, known=", ".join(map(str, RESOLUTIONS))
        )
    if len(labels) > MOST:
        raise LabelError("labels.too-many", most=MOST)
    if not labels:
        raise LabelError("labels.nothing-to-print")
    layouts: list[Layout] = []
    verified = 0
    for label in labels:
        made = lay_out(chosen, label, language, dpi or chosen.dpi)
        verified += read_back(made)
        layouts.append(made)
    return Proof(chosen, tuple(layouts), verified)


def written(proof: Proof, output: Output | str, language: Language, *, start: int = 0) -> Sheet:
    """The file of proven labels."""
    kind, layouts = Output(output), proof.layouts
    check(proof, kind)
    if kind is Output.ZPL:
        content = b"".join([zpl.write(one) for one in layouts])
        return Sheet(content, zpl.MEDIA_TYPE, len(layouts), len(layouts), proof.verified)
    sheets = list(pages(layouts, start))
    title = text("labels.document", language, name=layouts[0].label.name)
    if kind is Output.PDF:
        content = pdf.write(sheets, proof.template, title=title, language=language)
        return Sheet(content, pdf.MEDIA_TYPE, len(layouts), len(sheets), proof.verified)
    made = [_picture(kind, one, proof.template, title, language) for one in sheets]
    media_type = svg.MEDIA_TYPE if kind is Output.SVG else png.MEDIA_TYPE
    if len(made) > 1:
        made, media_type = [_zipped(made, kind.value)], ZIP
    return Sheet(made[0], media_type, len(layouts), len(sheets), proof.verified)


def parts(
    proof: Proof, output: Output | str, language: Language, *, start: int = 0
) -> Iterator[Sheet]:
    """The file in parts of whole sheets, for orders that are written while they are sent."""
    room = proof.template.on_page
    step = max(room, AT_ONCE // room * room)
    at, used = 0, start % room
    while at < len(proof.layouts):
        some = proof.layouts[at : at + step - used]
        count = sum(len(one.symbols) for one in some)
        yield written(Proof(proof.template, some, count), output, language, start=used)
        at, used = at + step - used, 0


def check(proof: Proof, output: Output) -> None:
    """Raises LabelError where the template cannot be written so: sheets are not for ZPL."""
    if output is Output.ZPL and proof.template.paper is not None:
        raise LabelError("labels.zpl-needs-roll", template=proof.template.name)


def _picture(
    kind: Output, page: list[Placed], chosen: Template, title: str, language: Language
) -> bytes:
    if kind is Output.PNG:
        return png.write(page)
    return svg.write(page, chosen, title=title, language=language)


def _zipped(files: Sequence[bytes], ending: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(files, start=1):
            # A fixed date: the same order gives the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{number:04}.{ending}"), content)
    return target.getvalue()
