# SPDX-License-Identifier: Apache-2.0
"""Compressing and decompressing are each other's inverse; what is no compressed link says so."""

import string
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import IdentifierError
from nguon.gs1.check_digits import check_digit, check_pair
from nguon.gs1.compression import compress, compress_link, decompress
from nguon.gs1.compression.packing import Packer, put_value
from nguon.gs1.compression.tables import CONTESTED, FORMATS, PREFIX_LENGTHS, SEQUENCES
from nguon.gs1.dictionary import table
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.links import read_link

STEM = "https://example.com/some"
SET_82 = "!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits
SET_39 = "#-/" + string.ascii_uppercase + string.digits
HEX = st.one_of(
    st.text("0123456789ABCDEF", min_size=1, max_size=12),
    st.text("0123456789abcdef", min_size=1, max_size=12),
)


def digits(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=least, max_size=least if most is None else most)


def checked(count: int) -> st.SearchStrategy[str]:
    return digits(count - 1).map(lambda body: body + check_digit(body))


def characters(most: int, alphabet: str = SET_82) -> st.SearchStrategy[str]:
    safe = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=most)
    short = HEX.map(lambda text: text[:most])
    return st.one_of(st.text(alphabet, min_size=1, max_size=most), safe, short, digits(1, most))


PIECE = st.sampled_from(["0101", "0102", "0912", "9999"])
BODY = st.tuples(digits(4), st.text(SET_82, max_size=15)).map("".join)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "00": checked(18),
    "01": checked(14),
    "253": st.tuples(checked(13), st.text(SET_82, max_size=17)).map("".join),
    "255": st.tuples(checked(13), digits(0, 12)).map("".join),
    "401": st.tuples(digits(4), st.text(SET_82, max_size=26)).map("".join),
    "402": checked(17),
    "414": checked(13),
    "415": checked(13),
    "417": checked(13),
    "8003": st.tuples(checked(13), st.text(SET_82, max_size=16)).map(lambda t: "0" + "".join(t)),
    "8004": st.tuples(digits(4), st.text(SET_82, max_size=26)).map("".join),
    "8006": st.tuples(checked(14), PIECE).map("".join),
    "8010": st.tuples(digits(4), st.text(SET_39, max_size=26)).map("".join),
    "8013": BODY.map(lambda body: body + check_pair(body)),
    "8017": checked(18),
    "8018": checked(18),
    "10": characters(20),
    "21": characters(20),
    "22": characters(20),
    "235": characters(28),
    "254": characters(20),
    "7040": st.tuples(digits(1), st.text(string.ascii_letters + "-_", min_size=3, max_size=3)).map(
        "".join
    ),
    "8011": digits(0, 11).map(lambda rest: "1" + rest),
    "8019": digits(1, 10),
    "8020": characters(25),
}
ATTRIBUTES: dict[str, st.SearchStrategy[str]] = {
    "11": st.just("260131"),
    "15": st.just("270228"),
    "17": st.just("290331"),
    "30": digits(1, 8),
    "3103": digits(6),
    "3922": digits(1, 15),
    "422": st.just("704"),
    "7003": st.just("2612312359"),
    "7007": st.sampled_from(["260131", "260131260228"]),
    "7030": st.just("704ABC-7"),
    "8007": st.just("GB82WEST12345698765432"),
    "8008": st.sampled_from(["26013112", "2601311230", "260131123059"]),
    "91": characters(90),
}


@st.composite
def links(draw: st.DrawFn) -> list[tuple[str, str]]:
    key = draw(st.sampled_from(sorted(PRIMARY_KEYS)))
    sequence = draw(st.sampled_from(PRIMARY_KEYS[key].sequences or ((),)))
    qualifiers = draw(st.sets(st.sampled_from(sequence))) if sequence else set()
    attributes = draw(st.sets(st.sampled_from(sorted(ATTRIBUTES)), max_size=4))
    chosen = [key, *sorted(qualifiers), *sorted(attributes)]
    return [(ai, draw((VALUES | ATTRIBUTES)[ai])) for ai in chosen]


names = st.text(string.ascii_letters + "-_.", min_size=1, max_size=12)
pairs = st.lists(st.tuples(names, st.text(max_size=20)), max_size=3)


def as_given(link: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    found = read_link(link, relations=False)
    return dict(found.elements), list(found.ignored)


@settings(max_examples=200, deadline=None)
@given(links(), st.booleans(), st.booleans())
def test_what_is_compressed_comes_back(
    elements: list[tuple[str, str]], partial: bool, optimise: bool
) -> None:
    short = compress(elements, STEM, partial=partial, optimise=optimise)
    back = decompress(short)
    assert as_given(back) == (dict(elements), [])
    assert back.startswith(f"{STEM}/{elements[0][0]}/")
    assert read_link(back, relations=False).key.ai == elements[0][0]
    assert decompress(back) == back


@settings(max_examples=200, deadline=None)
@given(links(), pairs, st.booleans(), st.booleans())
def test_other_parameters_come_back(
    elements: list[tuple[str, str]], others: list[tuple[str, str]], partial: bool, inside: bool
) -> None:
    short = compress(elements, STEM, partial=partial, pairs=others, with_pairs=inside)
    plain = decompress(short)
    again = compress_link(plain, partial=partial, with_pairs=inside)
    assert as_given(plain)[0] == dict(elements)
    assert sorted(as_given(decompress(again))[1]) == sorted(as_given(plain)[1])
    assert len(as_given(plain)[1]) == len(others)


def test_every_key_with_every_combination_of_qualifiers() -> None:
    sample = {
        "00": "006141411234567890", "01": "09521234543213", "253": "9521234543213AB",
        "255": "952123454321312", "401": "9521ABC", "402": "21173492661712079",
        "414": "9521234543213", "415": "9521234543213", "417": "9521234543213",
        "8003": "09521234543213A1", "8004": "9521ABC", "8006": "095212345432130102",
        "8010": "9521ABC", "8013": "1987654Ad4X4bL5ttr2310c2K", "8017": "795260646688514634",
        "8018": "795260646688514634", "10": "L-1", "21": "a/%b", "22": "2A", "235": "TPX",
        "254": "12", "7040": "1ABC", "8011": "12", "8019": "1", "8020": "REF/1",
    }  # fmt: skip
    tried = 0
    for key, rule in PRIMARY_KEYS.items():
        for sequence in rule.sequences or ((),):
            for count in range(len(sequence) + 1):
                for qualifiers in combinations(sequence, count):
                    elements = [(ai, sample[ai]) for ai in (key, *qualifiers)]
                    for partial in (False, True):
                        for optimise in (False, True):
                            short = compress(elements, STEM, partial=partial, optimise=optimise)
                            assert as_given(decompress(short))[0] == dict(elements)
                            assert partial or "/" not in short.removeprefix(f"{STEM}/")
                            tried += 1
    assert tried == 164


def test_sizes_that_are_worth_it() -> None:
    stem = "https://id.gs1.org"
    elements = [("01", "05412345000013"), ("10", "ABC123"), ("21", "72292641703")]
    assert compress(elements, stem) == f"{stem}/CwnYUc1gmo1XgkZCFw1Porpw"
    assert compress(elements, stem, optimise=False) == f"{stem}/AQnYUc1gmiCNV4JGQhcNT6K6c"
    assert compress(elements, stem, partial=True) == f"{stem}/01/05412345000013/EEarwSMhC4an0V04"
    assert compress(elements[:1], stem, partial=True) == f"{stem}/01/05412345000013"


@pytest.mark.parametrize("sequences", [SEQUENCES, CONTESTED])
@pytest.mark.parametrize("code", sorted(CONTESTED))
def test_contested_sequences_are_read_in_both_orders(
    code: int, sequences: dict[int, tuple[str, ...]]
) -> None:
    """GS1's toolkit writes 1A as 01 10 17 21 and 9D as 254 414; the table says otherwise."""
    values = {"01": "09521234543213", "10": "L-1", "21": "S2", "17": "290331"}
    values |= {"414": "9521234543213", "254": "12"}
    packer = Packer()
    packer.put(code, 8)
    for ai in sequences[code]:
        put_value(packer, FORMATS[ai], values[ai])
    back = decompress(f"{STEM}/{packer.text()}")
    assert as_given(back)[0] == {ai: values[ai] for ai in sequences[code]}


def test_contested_sequences_are_never_written() -> None:
    short = compress([("414", "9521234543213"), ("254", "12")], STEM)
    assert short == compress([("414", "9521234543213"), ("254", "12")], STEM, optimise=False)


def test_an_iban_too_long_for_the_tables_stays_in_the_query() -> None:
    iban = "LC14BOSL123456789012345678901234"
    long = [("415", "9521234543213"), ("8020", "1"), ("8007", iban)]
    short = compress(long, STEM)
    assert len(iban) == 32
    assert short.endswith(f"?8007={iban}")
    assert as_given(decompress(short))[0] == dict(long)


@pytest.mark.parametrize("partial", [False, True])
def test_parameters_are_not_touched(partial: bool) -> None:
    query = "a=%FF&b=c+d&e=%c3%a9&f=&g=h=i"
    uri = f"{STEM}/01/09521234543213/10/L1?{query}"
    short = compress_link(uri, partial=partial)
    assert short.endswith(f"?{query}")
    assert decompress(short) == uri
    inside = compress_link(uri, partial=partial, with_pairs=True)
    assert inside.endswith("?a=%FF&e=%c3%a9")
    assert decompress(f"{inside}#part") == f"{uri[: -len(query)]}b=c%20d&f=&g=h%3Di&a=%FF&e=%c3%a9"


def test_a_second_key_stays_readable() -> None:
    uri = f"{STEM}/414/9521234543213/254/12?01=09521234543213"
    short = compress_link(uri)
    assert short.endswith("?01=09521234543213")
    assert decompress(short) == uri


def tried(uri: str) -> str | IdentifierError:
    try:
        return decompress(uri)
    except IdentifierError as error:
        return error


@settings(max_examples=150, deadline=None)
@given(st.text(string.ascii_letters + string.digits + "-_/%?&=.#", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    uri = f"https://example.com/{text}"
    back = tried(uri)
    if isinstance(back, str):
        read_link(back, relations=False)
    else:
        assert 0 <= back.start <= back.end <= len(back.text)


@settings(max_examples=200, deadline=None)
@given(links(), st.integers(0, 60), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_a_changed_character_is_read_or_refused(
    elements: list[tuple[str, str]], place: int, character: str
) -> None:
    head, _, segment = compress(elements, STEM).rpartition("/")
    place %= len(segment)
    back = tried(f"{head}/{segment[:place]}{character}{segment[place + 1 :]}")
    if isinstance(back, str):
        read_link(back, relations=False)
    else:
        assert 0 <= back.start <= back.end <= len(back.text)


@pytest.mark.parametrize(
    ("uri", "code", "part"),
    [
        ("https://example.com/AQnYUc1g", "gs1.compressed-end", "QnYUc1g"),
        ("https://example.com/AQnYUc1gmgA", "gs1.compressed-end", "A"),
        ("https://example.com/AQnYUc1gmh", "gs1.compressed-end", "h"),
        ("https://example.com/BAnYUc1gmg", "gs1.compressed-code", "AnYUc1gmg"),
        ("https://example.com/6QnYUc1gmg", "gs1.compressed-code", "QnYUc1gmg"),
        ("https://example.com/Af________A", "gs1.compressed-value", "_A"),
        ("https://example.com/abc/d%20e", "gs1.no-primary-key", "abc/d%20e"),
        ("https://example.com/", "gs1.trailing-slash", "/"),
        ("example", "gs1.not-identifier", "example"),
        ("https://example.com/AQnYUc1gmg?a=<", "gs1.uri-character", "<"),
        ("https://example.com/EEarwSM", "gs1.no-primary-key", "EEarwSM"),
    ],
)
def test_refusals_say_where(uri: str, code: str, part: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        decompress(uri)
    found = refused.value
    assert (found.code, found.text[found.start : found.end]) == (code, part)


def test_a_segment_without_end_is_refused_at_once() -> None:
    with pytest.raises(IdentifierError, match=r"gs1\.compressed-long"):
        decompress("https://example.com/" + "A" * 5000)


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ([("01", "09521234543214")], "gs1.check-digit"),
        ([("10", "L1")], "gs1.no-primary-key"),
        ([("01", "09521234543213"), ("10", "LÔ")], "gs1.character"),
        ([("01", "09521234543213"), ("8011", "12")], "gs1.not-attribute"),
        ([("01", "09521234543213"), ("01", "05412345000013")], "gs1.repeated"),
        ([("01", "09521234543213"), ("05", "1")], "gs1.unknown-ai"),
    ],
)
def test_what_is_no_link_is_not_compressed(elements: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        compress(elements, STEM)
    assert refused.value.code == code


def test_every_identifier_of_the_dictionary_has_a_form() -> None:
    assert len(SEQUENCES) == 52
    assert set(table()) - set(FORMATS) == set()
    for code in table():
        assert PREFIX_LENGTHS[code[:2]] == len(code)
