# SPDX-License-Identifier: Apache-2.0
"""Every template: what it can carry is read back, at every resolution, in every output."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.base.messages import LANGUAGES, catalogue
from nguon.labels import service
from nguon.labels.errors import LabelError
from nguon.labels.limits import RESOLUTIONS, limit
from nguon.labels.model import Label, Output
from nguon.labels.templates import Template, for_purpose, template, templates
from nguon.web.work.label_orders import PURPOSES
from tests.unit.labels.goods import label, labels

NAMES = tuple(templates())


def _places(one: Template) -> Iterator[tuple[float, float, float, float]]:
    for place in range(one.on_page):
        left, top = one.corner(place)
        yield left, top, left + one.size[0], top + one.size[1]


@pytest.mark.parametrize("name", NAMES)
def test_labels_lie_on_their_paper_beside_each_other(name: str) -> None:
    one = template(name)
    boxes = list(_places(one))
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= one.page[0] + 0.01
        assert bottom <= one.page[1] + 0.01
    for at, (left, top, _, _) in enumerate(boxes):
        for _, _, right, bottom in boxes[:at]:
            assert left >= right - 0.01 or top >= bottom - 0.01


@pytest.mark.parametrize("name", NAMES)
def test_symbols_have_a_rule_and_captions_have_words(name: str) -> None:
    one = template(name)
    for zone in one.symbol:
        assert limit(one.use, zone.kind.value).least > 0
        assert zone.room[1] >= limit(one.use, zone.kind.value).height
    for line in (line for zone in one.text for line in zone.line if line.caption):
        for language in LANGUAGES:
            assert f"labels.{one.captions}-{line.field}" in catalogue(language)


def test_every_purpose_has_templates() -> None:
    assert {one for some in templates().values() for one in some.purposes} == set(PURPOSES)
    assert [one.name for one in for_purpose("carton")] == ["carton-100x70", "carton-148x105"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_a_usual_label_fits_at_every_resolution(name: str, dpi: int) -> None:
    one = template(name)
    serial = "AB12CD34" if one.purposes[0] == "piece" else ""
    proof = service.prove(name, [label(one, serial=serial)], "vi", dpi=dpi)
    assert proof.verified == len(proof.layouts[0].symbols) >= 1


@pytest.mark.parametrize("name", [name for name in NAMES if "piece" in template(name).purposes])
def test_the_widest_serial_that_is_issued_fits(name: str) -> None:
    serial = "2" + "W" * 16
    proof = service.prove(name, [label(template(name), serial=serial)], "vi")
    printed = "".join(row.words for row in proof.layouts[0].texts)
    assert serial in printed.replace(" ", "")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_a_template_carries_is_read_back(name: str, data: st.DataObject) -> None:
    made = data.draw(labels(template(name)))
    try:
        proof = service.prove(name, [made], "vi", dpi=300)
    except LabelError as error:
        refused = (error.code, error.label)
    else:
        refused = ("", "")
    if refused[0]:
        # Letters of set 82 may be wide, links grow by percent signs: then room is what lacks.
        assert refused[0] in {"labels.modules-too-small", "labels.too-long", "labels.no-room"}
        assert refused[1] == made.name
        return
    assert proof.verified == len(proof.layouts[0].symbols)


@pytest.mark.parametrize("output", list(Output))
def test_sheets_are_the_same_twice(output: Output) -> None:
    one = template("50x30")
    some = [label(one, serial=f"S{at}") for at in range(3)]
    first, again = (service.sheet("50x30", some, output, "vi") for _ in range(2))
    assert first == again
    assert (first.labels, first.pages, first.verified) == (3, 3, 3)


def test_a_sheet_goes_on_where_the_last_one_ended() -> None:
    one = template("a4-24")
    made = service.sheet("a4-24", [label(one)] * 24, "pdf", "vi", start=5)
    assert (made.labels, made.pages) == (24, 2)
    parts = list(
        service.parts(service.prove("a4-24", [label(one)] * 1300, "vi"), "pdf", "vi", start=5)
    )
    assert [part.labels for part in parts] == [1291, 9]
    assert [part.pages for part in parts] == [54, 1]


def test_what_is_refused_says_why() -> None:
    one = template("50x30")
    usual = label(one)
    long = Label(name="x", link=f"https://x.vn/{'a' * 150}")
    cases: list[tuple[str, list[Label], dict[str, int], str]] = [
        ("none", [usual], {}, "labels.unknown-template"),
        ("50x30", [], {}, "labels.nothing-to-print"),
        ("50x30", [usual], {"dpi": 150}, "labels.unknown-resolution"),
        ("50x30", [usual] * (service.MOST + 1), {}, "labels.too-many"),
        ("30x20", [long], {"dpi": 203}, "labels.modules-too-small"),
        ("carton-148x105", [Label(name="x", link="https://x.vn")], {}, "labels.nothing-to-carry"),
        ("china-100x70", [usual], {}, "labels.missing"),
    ]
    for name, some, options, code in cases:
        with pytest.raises(LabelError) as refused:
            service.prove(name, some, "vi", **options)
        assert refused.value.code == code
        for language in LANGUAGES:
            words = catalogue(language)[code]
            assert words["text"].format(**refused.value.params)
            assert words["hint"].format(**refused.value.params)
    with pytest.raises(LabelError) as refused:
        service.sheet("a4-24", [label(template("a4-24"))], "zpl", "vi")
    assert refused.value.code == "labels.zpl-needs-roll"
