# SPDX-License-Identifier: Apache-2.0
"""Forward and back are one relation, and equal to a plain reference on random histories."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.trace import Direction, Following, Shared, trace
from tests.unit.trace import reference
from tests.unit.trace.history import History

OPERATOR = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)
_G = "01/09521234543213"
LOTS = [f"{_G}/10/A", f"{_G}/10/B", "01/09521234543220/10/C"]
PIECES = [f"{_G}/10/A/21/1", f"{_G}/10/A/21/2", f"{_G}/10/B/21/3", "01/09521234543220/21/4"]
BOXES = ["00/095212345000000001", "00/095212345000000018", "8003/09521234543213100"]
PROCESSES = ["uri:urn:epc:id:gdti:9521234.00001.7", None, None]
PLACES = ["414/9521234000017", "414/9521234000024"]
THINGS = [*LOTS, *PIECES, *BOXES]
_some = st.lists(st.sampled_from(THINGS), min_size=1, max_size=2, unique=True)
_day = st.integers(0, reference.LAST)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("make"), _day, _some, _some, st.sampled_from(PROCESSES)),
        st.tuples(st.sampled_from(["pack", "unpack"]), _day, st.sampled_from(BOXES), _some),
        st.tuples(st.sampled_from(["attach", "detach"]), _day, st.sampled_from(BOXES), _some),
        st.tuples(st.just("empty"), _day, st.sampled_from(BOXES)),
        st.tuples(st.just("see"), _day, _some, st.sampled_from([None, None, *PLACES])),
    ),
    max_size=12,
)
Step = tuple[object, ...]


def told(steps: list[Step]) -> History:
    history = History()
    for step in steps:
        what, day = str(step[0]), step[1]
        assert isinstance(day, int)
        if what == "make":
            history.make(day, step[2], step[3], process=step[4])  # type: ignore[arg-type]
        elif what == "see":
            history.see(day, *step[2], at=step[3])  # type: ignore[misc,arg-type]
        elif what == "empty":
            history.unpack(day, str(step[2]))
        else:
            getattr(history, what)(day, step[2], *step[3])  # type: ignore[misc]
    return history


def answers(
    history: History,
    direction: Direction,
    keys: Iterable[str] = THINGS,
    following: Following = Following(),  # noqa: B008 (frozen value)
) -> dict[str, frozenset[str]]:
    store = history.store()
    return {key: trace(store, OPERATOR, key, direction, following=following).keys() for key in keys}


@settings(max_examples=100, deadline=None)
@given(_steps)
def test_every_closure_equals_the_reference_in_both_directions(steps: list[Step]) -> None:
    history = told(steps)
    known = reference.edges(history.events)
    named = [key for key in THINGS if key in reference.named(history.events)]
    expected = {key: reference.forward(known, key) for key in named}
    assert answers(history, Direction.FORWARD, named) == expected
    origins = {key: {one for one in named if key in expected[one]} for key in named}
    assert answers(history, Direction.BACK, named) == origins


@settings(max_examples=40, deadline=None)
@given(_steps, st.lists(st.tuples(st.integers(0, 11), st.none() | _some), max_size=3))
def test_a_declared_error_counts_for_every_thing_whatever_the_declaration_names(
    steps: list[Step], wrong: list[tuple[int, list[str] | None]]
) -> None:
    history = told(steps)
    recorded = list(history.events)
    for number, naming in wrong:
        if number < len(recorded):
            history.void(recorded[number], naming=naming)
    known = reference.edges(history.events)
    named = [key for key in THINGS if key in reference.named(history.events)]
    expected = {key: reference.forward(known, key) for key in named}
    assert answers(history, Direction.FORWARD, named) == expected
    origins = {key: {one for one in named if key in expected[one]} for key in named}
    assert answers(history, Direction.BACK, named) == origins


@settings(max_examples=60, deadline=None)
@given(_steps)
def test_what_met_at_a_place_is_followed_alike_in_both_directions(steps: list[Step]) -> None:
    history = told(steps)
    following = Following(shared=Shared(hours=24))
    known = [*reference.edges(history.events), *reference.met(history.events)]
    named = [key for key in THINGS if key in reference.named(history.events)]
    expected = {key: reference.forward(known, key) for key in named}
    assert answers(history, Direction.FORWARD, named, following) == expected
    origins = {key: {one for one in named if key in expected[one]} for key in named}
    assert answers(history, Direction.BACK, named, following) == origins


@settings(max_examples=40, deadline=None)
@given(_steps, st.randoms(use_true_random=False))
def test_the_order_of_capture_never_matters(steps: list[Step], random: object) -> None:
    mixed = list(steps)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for direction in Direction:
        assert answers(told(steps), direction) == answers(told(mixed), direction)


@settings(max_examples=40, deadline=None)
@given(_steps, _steps)
def test_what_others_do_with_other_goods_never_changes_an_answer(
    steps: list[Step], others: list[Step]
) -> None:
    history = told(steps)
    before = [answers(history, direction) for direction in Direction]
    strange = str.maketrans("0123456789", "9876543210")

    def moved(value: object) -> object:
        if isinstance(value, list):
            return [moved(one) for one in value]
        if isinstance(value, str) and "/" in value:
            head, tail = value.split("/", 1)
            return f"{head}/{tail.split('/')[0].translate(strange)}" + "/".join(
                ["", *tail.split("/")[1:]]
            )
        return value

    renamed = [
        tuple(None if index == 4 else moved(part) for index, part in enumerate(step))
        for step in others
    ]
    after = told([*steps, *renamed])
    assert [answers(after, direction) for direction in Direction] == before
