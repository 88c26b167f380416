# SPDX-License-Identifier: Apache-2.0
"""The file of the verifier page: small, sealed, its words all there; how scripts are squeezed."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from itertools import product

import pytest

from nguon.base.messages import LANGUAGES, Language, catalogue
from nguon.evidence.findings import Code
from nguon.transparency.policies import read_policy, write_policy
from nguon.web.squeezing import squeezed, unindented
from nguon.web.verifier import built, source
from tests.evidence_made import policy

POLICY = write_policy(policy(quorum="2"))
VERDICTS = ("good", "part", "bad")
HTML = built(POLICY).html.decode()


def test_it_is_small_and_complete() -> None:
    assert len(HTML.encode()) <= 130_000
    assert set(re.findall(r"\w+://[^\"'` ]*", HTML)) <= {"http://www.w3.org/2000/svg"}
    assert re.search(r"\s(src|href)=\"(?!data:,|#main|/log/verifier\?download)", HTML) is None
    for name in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "innerHTML", "eval("):
        assert name not in source()


def test_only_the_script_and_style_inside_may_work() -> None:
    page = built(POLICY)
    for kind in ("script", "style"):
        found = re.findall(f"<{kind}>(.*?)</{kind}>", HTML, re.DOTALL)
        assert len(found) == 1
        stated = b64encode(sha256(found[0].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{stated}'" in page.policy
    assert page.policy.startswith("default-src 'none'; ")
    assert "connect-src 'none'; base-uri 'none'; form-action 'none'" in page.policy
    inside = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', HTML)
    assert inside is not None
    assert f"{unescape(inside[1])}; frame-ancestors 'none'" == page.policy


def test_the_policy_is_inside_and_changes_the_page() -> None:
    assert f'const POLICY = "{b64encode(POLICY).decode()}"' in HTML
    assert read_policy(POLICY) == policy(quorum="2")
    other = built(b"# </script>\nquorum none\n")
    assert other.policy != built(POLICY).policy
    assert other.html.count(b"</script>") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_words_for_all_that_it_may_say(language: Language) -> None:
    words = catalogue(language)
    script = source()
    assert set(
        re.findall(r'"((?:dossier|evidence|signing|transparency|verifier)\.[a-z-]+)"', script)
    ) <= set(words)
    endings = product(Code, ("holds", "fails", "open"))
    assert {f"evidence.{code}.{ending}" for code, ending in endings} <= set(words)
    kinds = product(VERDICTS, ("receipt", "package", "checkpoint", "dossier"))
    assert {f"verifier.{verdict}-{kind}" for verdict, kind in kinds} <= set(words)


def test_no_word_is_there_for_nothing() -> None:
    whole = source() + HTML
    begun = ("good-", "part-", "bad-", "state-", "limit-")
    unused = [
        code
        for code in catalogue("en")
        if code.startswith("verifier.")
        and not code.removeprefix("verifier.").startswith(begun)
        and f'"{code}"' not in re.sub(r"const WORDS = .*", "", whole)
        and f'("{code.removeprefix("verifier.")}"' not in whole
        and f'["{code.removeprefix("verifier.")}",known' not in whole
    ]
    spoken = {"verifier.file-name", "verifier.no-script", *map("verifier.{}".format, VERDICTS)}
    # "part" is what a finding may be about, too.
    assert set(unused) == spoken - {"verifier.part"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("  const a = 1;\n", "const a=1;\n"),
        ("// gone\nlet b;\n\n", "let b;\n"),
        ("/** gone\n * too */\nf();\n", "f();\n"),
        ("f(a, b) // stays\n", "f(a,b)//stays\n"),
        ('x = "a = b, // c";\n', 'x="a = b, // c";\n'),
        ("x = `a = ${b + c} d`;\n", "x=`a = ${b + c} d`;\n"),
        ('if (/a = "b/.test(x)) f();\n', 'if(/a = "b/.test(x))f();\n'),
        ("x = /[ /] = \\/ b/u;\n", "x=/[ /] = \\/ b/u;\n"),
        ("x = (a / 4) * 3 / b;\n", "x=(a/4)*3/b;\n"),
        ("return a in b ? -1 : c;\n", "return a in b?-1:c;\n"),
    ],
)
def test_squeezing(script: str, expected: str) -> None:
    assert squeezed(script) == expected


def test_a_style_keeps_its_spaces() -> None:
    style = "/* gone */\n\n.a .b {\n  margin: 0 auto;\n}\n"
    assert unindented(style) == ".a .b {\nmargin: 0 auto;\n}\n"
