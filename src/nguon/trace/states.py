# SPDX-License-Identifier: Apache-2.0
"""Where a walk stands: a thing, how it is followed and for which time; what is known of it."""

from collections.abc import Sequence
from typing import NamedTuple

from nguon.trace.model import FUTURE, PAST, Link, Mode, Window
from nguon.trace.shapes import Shape

GOODS = frozenset({Mode.WHOLE, Mode.PART})
"""Modes of the goods themselves."""


class State(NamedTuple):
    """A thing on the frontier: how it is followed and for which time.

    ``stay`` is the whole stay of a part of a lot in the container that it was found in;
    ``onward``: this attached thing is followed, as part of the goods.
    """

    key: str
    mode: Mode
    window: Window
    stay: Window | None = None
    onward: bool = False


class Step(NamedTuple):
    """A next thing, and the link that led to it."""

    state: State
    link: Link


class Known:
    """The shapes of the events read so far, by the item that they concern."""

    def __init__(self) -> None:
        self.by_key: dict[str, Sequence[Shape]] = {}
        self.at_place: dict[str, dict[int, Shape]] = {}
        """By place, as far as it matters: what happened there."""

    def of(self, key: str) -> Sequence[Shape]:
        """The shapes of all events of a thing."""
        return self.by_key.get(key, ())


def crossing(state: State, *, forward: bool) -> tuple[int, int]:
    """First and last time at which goods leave a state for something new, or came into it."""
    if not forward:
        return PAST, state.window.end
    return state.window.start, FUTURE if state.mode in GOODS else state.window.end


def followed(state: State) -> State:
    """How a state is followed: an attached thing that is, like a part of the goods."""
    return State(state.key, Mode.PART, state.window) if state.onward else state
