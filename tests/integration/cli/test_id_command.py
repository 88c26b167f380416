# SPDX-License-Identifier: Apache-2.0
"""``nguon id``: any form of an identifier gives all its forms; a wrong one is marked."""

import pytest

from tests.integration.cli.conftest import SQLITE, Run

pytestmark = SQLITE

PIECE = {
    "key": "01/09521234543213/21/AB12",
    "kind": "sgtin",
    "digitalLink": "https://id.gs1.org/01/09521234543213/21/AB12",
    "epcUrn": "urn:epc:id:sgtin:9521234.054321.AB12",
    "memberships": ["01/09521234543213"],
    "companyPrefix": "9521234",
    "elementString": "(01)09521234543213(21)AB12",
    "rawElementString": "010952123454321321AB12",
    "wholeLink": "https://id.gs1.org/01/09521234543213/21/AB12",
    "compressedLink": "https://id.gs1.org/DBFRq5sE2olWJA",
    "humanReadable": [
        {"title": "GTIN", "text": "(01) 09521234543213"},
        {"title": "SERIAL", "text": "(21) AB12"},
    ],
}


@pytest.mark.parametrize(
    "form",
    [
        "https://id.gs1.org/01/09521234543213/21/AB12",
        "https://shop.example/p/01/09521234543213/21/AB12?utm=7",
        "urn:epc:id:sgtin:9521234.054321.AB12",
        "(01)09521234543213(21)AB12",
        "01/09521234543213/21/AB12",
        "010952123454321321AB12",
        "^010952123454321321AB12",
        "]C1010952123454321321AB12",
        "]Q1https://shop.example/01/09521234543213/21/AB12",
        "https://shop.example/DBFRq5sE2olWJA",
        "]Q1https://shop.example/DBFRq5sE2olWJA",
    ],
)
def test_each_form_gives_all(run: Run, form: str) -> None:
    done = run("id", form, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json == PIECE


@pytest.mark.parametrize(
    ("form", "key", "kind", "memberships"),
    [
        ("(01)09521234543213", "01/09521234543213", "gtin", []),
        ("9521234543213", "01/09521234543213", "gtin", []),
        ("095212345000000018", "00/095212345000000018", "sscc", []),
        ("(10)A1(17)261231", None, None, []),
        ("(00)095212345000000018", "00/095212345000000018", "sscc", []),
        (
            "https://example.org/01/09521234543213/10/L-1/21/7",
            "01/09521234543213/21/7",
            "sgtin",
            ["01/09521234543213/10/L-1", "01/09521234543213"],
        ),
        ("urn:epc:id:sgln:952132100001..0", "414/9521321000018", "gln", []),
        ("vn-area:VN-DLOR-0017", "vn-area:VN-DLOR-0017", "vn-area", []),
    ],
)
def test_kinds(
    run: Run, form: str, key: str | None, kind: str | None, memberships: list[str]
) -> None:
    found = run("id", form, "--json").json
    assert (found["key"], found["kind"], found["memberships"]) == (key, kind, memberships)


def test_lines_for_people(run: Run) -> None:
    done = run("id", "(00)095212345000000018")
    assert done.status == 0
    *lines, printed = done.out.splitlines()
    shown = dict(line.split(maxsplit=1) for line in lines)
    assert shown["digitalLink"] == "https://id.gs1.org/00/095212345000000018"
    assert shown["memberships"] == "-"
    assert [*shown, "humanReadable"] == list(PIECE)
    assert printed == "SSCC: (00) 095212345000000018"


def test_all_elements_of_scan_data(run: Run) -> None:
    form = "]d2010952123454321310A1\x1d172612313103000189"
    found = run("id", form, "--json").json
    assert found["key"] == "01/09521234543213/10/A1"
    assert found["rawElementString"] == form[3:]
    link = "https://id.gs1.org/01/09521234543213/10/A1?17=261231&3103=000189"
    assert found["wholeLink"] == link
    assert f"rawElementString {form[3:]}".replace("\x1d", "^") in run("id", form).out
    assert run("id", link, "--json").json == found


@pytest.mark.parametrize(
    ("form", "underlined"),
    [
        ("(01)09521234543214(21)1", "4"),
        ("urn:epc:id:sgtin:952110.0100002", "952110.0100002"),
        ("https://id.gs1.org/01/09521234543214/21/1", "4"),
        ("hello", "hello"),
        ("(01)09521234543213(17)261332", "13"),
        ("^010952123454321317261332", "13"),
        ("]Q1https://id.gs1.org/01/09521234543214", "4"),
        ("]Q1https://id.gs1.org/foo", "foo"),
        ("9521234543214", "4"),
    ],
)
def test_what_is_wrong_is_underlined(run: Run, form: str, underlined: str) -> None:
    done = run("id", form)
    assert (done.status, done.out) == (1, "")
    vietnamese, english, text, marks = done.err.splitlines()
    assert vietnamese != english
    assert text == f"  {form}"
    start = marks.index("^")
    assert text[start : len(marks)] == underlined
    assert set(marks[start:]) == {"^"}


def test_strict(run: Run) -> None:
    short = "https://id.gs1.org/01/9521234543213"
    assert run("id", short).out.startswith("key              01/09521234543213\n")
    refused = run("id", short, "--strict")
    assert refused.status == 1
    assert "^" in refused.err
    alone = "(01)09521234543213(3922)1250"
    assert run("id", alone).status == 0
    refused = run("id", alone, "--strict")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.splitlines()[-1] == "  " + " " * alone.index("3922") + "^^^^"


def test_a_tag_is_shown_in_its_forms(run: Run) -> None:
    done = run("id", "3066C4409047E14000001A85", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json == {
        "scheme": "SGTIN-96",
        "filter": 3,
        "key": "01/09506000134352/21/6789",
        "digitalLink": "https://id.gs1.org/01/09506000134352/21/6789",
        "elementString": "(01)09506000134352(21)6789",
        "bareIdentifier": "gtin=09506000134352;serial=6789",
        "tagUri": "urn:epc:tag:sgtin-96:3.95060001343.05.6789",
        "pureIdentity": "urn:epc:id:sgtin:95060001343.05.6789",
        "data": {},
    }
    shown = run("id", "hex:F7E095063011115404FA09C96E4420C1CA10642CE4F5")
    assert shown.status == 0
    assert "scheme           SGTIN+" in shown.out
    assert "(10) LOT1" in shown.out


def test_a_cut_off_tag_is_refused(run: Run) -> None:
    done = run("id", "hex:3066C4409047E14000001A")
    assert (done.status, done.out) == (1, "")
    assert "96" in done.err
