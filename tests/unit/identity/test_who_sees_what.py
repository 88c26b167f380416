# SPDX-License-Identifier: Apache-2.0
"""``docs/who-sees-what.md`` says what the policy does; run this file to write it anew."""

from pathlib import Path

from nguon.base.audience import AudienceKind
from nguon.identity.policy import NEARNESS, Shown, policy, who_sees

DOCUMENT = Path(__file__).parents[3] / "docs" / "who-sees-what.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
_WORDS = {Shown.HIDDEN: "—", Shown.REDUCED: "reduced", Shown.FULL: "yes"}


def table() -> str:
    """The policy as a table."""
    readers = " | ".join(NEARNESS)
    lines = [f"| kind of field | {readers} | since | why |", "|---" * (len(NEARNESS) + 3) + "|"]
    for kind, line in policy().items():
        levels = " | ".join(_WORDS[line.levels[reader]] for reader in NEARNESS)
        lines.append(f"| {kind} | {levels} | {line.since} | {line.basis} |")
    return "\n".join(lines) + "\n"


def _written() -> str:
    return DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


def test_the_document_is_the_policy() -> None:
    assert _written() == table()


def test_what_is_reduced_says_to_what() -> None:
    reduced = [
        kind for kind, line in policy().items() if Shown.REDUCED in set(line.levels.values())
    ]
    assert reduced == ["supplier-name", "household-name"]
    for kind in reduced:
        assert policy()[kind].levels[AudienceKind.PUBLIC] is Shown.REDUCED
        assert "only" in who_sees(kind, "en")


def write() -> None:
    """Write the table into the document."""
    head, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    DOCUMENT.write_text(head + BEGIN + table() + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    write()
