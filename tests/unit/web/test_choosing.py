# SPDX-License-Identifier: Apache-2.0
"""Which link suits a request: languages by lookup, media types, context, and what stays open."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.web.choosing import Wish, accepted, best, in_language, variant, weighed
from nguon.web.linkset import Link

TAGS = ("vi", "en", "en-US", "en-GB", "zh-CN", "zh-TW", "fr", "es")


def _link(*languages: str, media: str | None = "text/html", context: Sequence[str] = ()) -> Link:
    name = "-".join((*languages, media or "", *context))
    return Link("pip", f"https://x.example/{name}", name, languages, media, tuple(context))


@pytest.mark.parametrize(
    ("accepted_languages", "offered", "wanted"),
    [
        ("en-GB", ("vi", "en"), "en"),
        ("en-GB", ("en", "en-GB"), "en-GB"),
        ("zh-Hant-TW", ("vi", "zh-CN"), "zh-CN"),
        ("zh-Hant-CN-x-private1", ("zh-TW", "zh-CN", "vi"), "zh-TW"),
        ("en;q=0.5, vi;q=0.9", ("en", "vi"), "vi"),
        ("en;q=0.5,vi;q=0.4", ("vi", "en"), "en"),
        ("EN-us", ("en-US", "vi"), "en-US"),
        ("fr, *", ("en", "vi"), "vi"),
        ("fr, *;q=0.1", ("en", "es"), None),
        ("en", ("en-US", "vi"), "en-US"),
        ("tlh", ("en", "vi"), "vi"),
        ("", ("en", "vi"), "vi"),
        ("vi;q=0, en;q=0.1", ("vi", "en"), "en"),
        ("vi;q=0, *", ("vi", "en"), "en"),
        ("en;q=broken, vi", ("en", "vi"), "vi"),
        (";;,,q=1,en", ("en", "vi"), "en"),
    ],
)
def test_language(accepted_languages: str, offered: tuple[str, ...], wanted: str | None) -> None:
    links = [_link(tag) for tag in offered]
    found = best(links, Wish(languages=accepted_languages))
    assert (found[0].languages[0] if len(found) == 1 else None) == wanted


def test_what_the_reader_chose_by_hand_counts_first() -> None:
    links = [_link("en"), _link("vi")]
    assert best(links, Wish(languages="vi", chosen=("en",))) == (links[0],)


@given(
    st.lists(st.sampled_from(TAGS), min_size=1, max_size=6, unique=True),
    st.lists(st.tuples(st.sampled_from((*TAGS, "*", "de")), st.integers(0, 1000)), max_size=5),
)
def test_lookup_over_any_ranges(offered: list[str], ranges: list[tuple[str, int]]) -> None:
    """The first range, by weight, that some shortening of it matches decides."""
    links = tuple(_link(tag) for tag in offered)
    header = ", ".join(f"{tag};q={weight / 1000}" for tag, weight in ranges)
    found = in_language(links, Wish(languages=header))
    assert set(found) <= set(links)
    refused = {tag.lower() for tag, weight in ranges if weight == 0}
    left = [link for link in links if link.languages[0].lower() not in refused] or links
    kept = sorted((r for r in ranges if r[1] > 0), key=lambda pair: -pair[1])
    for tag, _ in kept:
        if tag == "*":
            assert found
            return
        for wanted in (tag.lower(), tag.lower().partition("-")[0]):
            matching = [link for link in left if link.languages[0].lower() == wanted]
            if matching:
                assert list(found) == matching
                return


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_no_header_is_too_odd(languages: str, accept: str, context: str) -> None:
    links = [_link("vi"), _link("en", media="application/pdf"), _link("en", context=["EU"])]
    wish = Wish(context, accept, languages)
    assert 0 < len(best(links, wish)) <= 3
    assert variant(links, wish) in {None, *links}
    assert all(0 <= weight <= 1 for _, weight in accepted(accept))
    assert all(tag for tag in weighed(languages))


def test_media_types() -> None:
    page, paper, data = _link("vi"), _link("vi", media="application/pdf"), _link("vi", media=None)
    assert best([page, paper], Wish(accept="application/pdf")) == (paper,)
    assert best([page, paper], Wish(accept="text/*, application/pdf;q=0.2")) == (page,)
    assert best([page, paper], Wish(accept="*/*;q=0.1, application/pdf;q=0")) == (page,)
    assert best([page, paper], Wish(accept="*/*")) == (page, paper)
    assert best([page, paper], Wish(accept="image/png")) == (page, paper)
    assert best([paper, data], Wish(accept="text/html")) == (data,)


def test_context() -> None:
    home, abroad = _link("vi"), _link("vi", context=["EU", "trade"])
    assert best([home, abroad], Wish("eu")) == (abroad,)
    assert best([home, abroad], Wish("CN")) == (home,)
    assert best([home, abroad], Wish()) == (home,)
    assert best([abroad], Wish()) == (abroad,)


def test_what_nothing_tells_apart_stays_open() -> None:
    links = [_link("vi"), _link("vi"), _link("en")]
    assert len(best(links, Wish())) == 2
    assert best(links, Wish(languages="en")) == (links[2],)
    assert variant(links, Wish(languages="vi")) is None
    assert variant(links, Wish(languages="en")) == links[2]
    assert variant(links, Wish(languages="fr")) is None
