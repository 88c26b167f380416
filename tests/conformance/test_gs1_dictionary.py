# SPDX-License-Identifier: Apache-2.0
"""The table of application identifiers against GS1's syntax dictionary, entry by entry."""

import random
import re
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from nguon.gs1.dictionary import DATE, ApplicationIdentifier, disagreement, table
from nguon.gs1.keys import PRIMARY_KEYS

CHECKS = {
    "couponcode": ("coupon",), "couponposoffer": ("coupon-offer",), "csum": ("check-digit",),
    "csumalpha": ("check-pair",), "gcppos1": ("prefix",), "gcppos2": ("prefix-second",),
    "hasnondigit": ("some-letter",), "hh": ("hour",), "hhmi": ("time",), "hyphen": ("hyphen",),
    "iban": ("iban",), "importeridx": ("importer-index",), "iso3166": ("country",),
    "iso3166999": ("country-or-999",), "iso3166alpha2": ("country-letters",),
    "iso4217": ("currency",), "iso5218": ("sex",), "latitude": ("latitude",),
    "longitude": ("longitude",), "mediatype": ("media-type",), "mi": ("minute",),
    "nonzero": ("above-zero",), "nozeroprefix": ("no-leading-zero", "positive"),
    "packagetype": ("package-type",), "pcenc": ("percent",), "pieceoftotal": ("piece",),
    "posinseqslash": ("position",), "ss": ("second",), "winding": ("winding",),
    "yesno": ("yes-no",), "yymmd0": ("date-or-month",), "yymmdd": ("date",),
    "yyyymmd0": ("long-date-or-month",), "yyyymmdd": ("long-date",), "zero": ("zero",),
}  # fmt: skip


class Entry(NamedTuple):
    """An application identifier as the dictionary has it."""

    title: str
    predefined_length: bool
    in_link: bool
    components: tuple[tuple[str, int, int, bool, tuple[str, ...]], ...]
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    keys: tuple[str, ...]


@pytest.fixture(scope="module")
def entries(conformance: Path) -> dict[str, Entry]:
    """Read anew here, by other means than those that made the table."""
    path = conformance / "gs1-syntax-dictionary/gs1-syntax-dictionary.txt"
    found = {}
    lines = [line for line in path.read_text("utf-8").splitlines() if line[:1].isdigit()]
    assert len(lines) == 224
    for line in lines:
        rest, _, title = line.partition("#")
        ais, *words = rest.split()
        flags = words.pop(0) if set(words[0]) <= {"*", "?"} else ""
        attributes = [word for word in words if re.match("req=|ex=|dlpkey", word)]
        entry = Entry(
            title=title.strip(),
            predefined_length="*" in flags,
            in_link="?" in flags,
            components=tuple(component(word) for word in words if word not in attributes),
            requires=tuple(word[4:] for word in attributes if word.startswith("req=")),
            excludes=tuple(word[3:] for word in attributes if word.startswith("ex=")),
            keys=tuple(word[6:] for word in attributes if word.startswith("dlpkey")),
        )
        first, _, last = ais.partition("-")
        for number in range(int(first), int(last or first) + 1):
            found[f"{number:0{len(first)}}"] = entry
    return found


def component(word: str) -> tuple[str, int, int, bool, tuple[str, ...]]:
    form, *linters = word.split(",")
    match = re.fullmatch(r"\[?([NXYZ])(\.\.)?([0-9]+)\]?", form)
    assert match, word
    checks = tuple(check for linter in linters for check in CHECKS[linter])
    least = 1 if match[2] else int(match[3])
    return match[1].lower(), least, int(match[3]), form.startswith("["), checks


def matching(pattern: str, codes: set[str]) -> set[str]:
    return {
        code
        for code in codes
        if len(code) == len(pattern)
        and all(wanted in ("n", digit) for wanted, digit in zip(pattern, code, strict=True))
    }


def test_every_entry_is_as_in_the_dictionary(entries: dict[str, Entry]) -> None:
    head = (files("nguon.gs1") / "data" / "application_identifiers.tsv").read_text("utf-8")
    assert f"syntax dictionary of {DATE}." in head
    assert DATE == "2026-07-27"
    assert len(entries) == 541
    assert {code: ours(identifier) for code, identifier in table().items()} == entries


def ours(identifier: ApplicationIdentifier) -> Entry:
    sequences = identifier.sequences
    written = "|".join(",".join(sequence) for sequence in sequences or ())
    keys = () if sequences is None else (f"={written}" if written else "",)
    return Entry(
        title=identifier.title,
        predefined_length=identifier.predefined_length,
        in_link=identifier.in_link,
        components=tuple(
            (part.character_set, part.least, part.most, part.optional, part.checks)
            for part in identifier.components
        ),
        requires=tuple(identifier.needs.split()),
        excludes=(identifier.bars,) if identifier.bars else (),
        keys=keys,
    )


def test_relations_mean_what_is_written(entries: dict[str, Entry]) -> None:
    codes = set(entries)
    for code, entry in entries.items():
        barred = {ai for written in entry.excludes for pattern in written.split(",")
                  for ai in matching(pattern, codes)}  # fmt: skip
        assert table()[code].excludes == barred - {code}
        conditions = [
            [[matching(pattern, codes) for pattern in group.split("+")]
             for group in written.split(",")]
            for written in entry.requires
        ]  # fmt: skip
        found = [
            [[set(piece) for piece in group] for group in condition]
            for condition in table()[code].requires
        ]
        assert found == conditions


def test_relations_of_any_combination(entries: dict[str, Entry]) -> None:
    """Judged by the dictionary's own words, without our table."""
    chance = random.Random(541)
    codes = sorted(entries)
    common = ["00", "01", "02", "10", "21", "37", "255", "415", "8006", "8020", "3103", "8018"]
    verdicts = []
    for _ in range(4000):
        chosen = chance.sample(common, chance.randint(1, 4)) + chance.sample(codes, 1)
        given = tuple(dict.fromkeys(chosen))
        verdicts.append(gets_on(given, entries))
        assert (disagreement(given) is None) == verdicts[-1], given
    assert 200 < sum(verdicts) < 3800


def gets_on(given: tuple[str, ...], entries: dict[str, Entry]) -> bool:
    present = set(given)
    for code in given:
        for written in entries[code].excludes:
            if any(matching(ai, present - {code}) for ai in written.split(",")):
                return False
        for written in entries[code].requires:
            groups = (group.split("+") for group in written.split(","))
            if not any(all(matching(ai, present) for ai in group) for group in groups):
                return False
    return True


def test_counts_of_the_published_dictionary(entries: dict[str, Entry]) -> None:
    assert sum(entry.predefined_length for entry in entries.values()) == 337
    assert sum(entry.in_link for entry in entries.values()) == 525
    assert sum(bool(entry.keys) for entry in entries.values()) == 16


def test_the_kinds_of_keys_have_the_same_qualifiers() -> None:
    keys = {ai: known.sequences for ai, known in table().items() if known.sequences is not None}
    assert keys == {ai: rule.sequences for ai, rule in PRIMARY_KEYS.items()}
