# SPDX-License-Identifier: Apache-2.0
"""Event queries as values (EPCIS 2.0 section 8.2.7.1, SimpleEventQuery)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from nguon.epcis.errors import QueryParameterError
from nguon.epcis.grammar import Time
from nguon.epcis.model import Event
from nguon.epcis.query_conditions import Condition
from nguon.epcis.query_parameters import PARTS, condition

DEFAULT_PER_PAGE = 30

OrderBy = Literal["eventTime", "recordTime"]


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` (inclusive) to ``end`` (exclusive); None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        return (self.start is None or moment >= self.start) and (
            self.end is None or moment < self.end
        )


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What to look for, in which order and how much of it.

    ``order_by`` None leaves the order to the server; ``event_count_limit`` cuts the
    result, ``max_event_count`` refuses a longer one, ``per_page`` and
    ``next_page_token`` are transport.
    """

    conditions: tuple[Condition, ...] = ()
    event_time: Span = Span()
    record_time: Span = Span()
    order_by: OrderBy | None = None
    descending: bool = True
    event_count_limit: int | None = None
    max_event_count: int | None = None
    per_page: int = DEFAULT_PER_PAGE
    next_page_token: str | None = None

    @classmethod
    def parse(cls, params: Mapping[str, Sequence[str]]) -> "EventQuery":
        """From the parameters of a query string; lists are parted by ``|``.

        Raises `QueryParameterError` for a parameter that is unknown (or not yet
        supported), empty, badly valued, repeated without being a list, or in conflict
        with another.
        """
        return _Reading(params).query()

    def term_groups(self) -> list[frozenset[int]]:
        """Index terms to preselect by: each matching event has one of every group."""
        groups = (condition.terms() for condition in self.conditions)
        return [group for group in groups if group is not None]

    def matches(self, event: Event, *, record_time: datetime | None = None) -> bool:
        """Whether the event is in the result, limits aside; without a record time that is open."""
        if event.event_time not in self.event_time:
            return False
        if record_time is not None and record_time not in self.record_time:
            return False
        return all(condition.holds(event) for condition in self.conditions)


class _Reading:
    """One pass over the parameters of a query."""

    def __init__(self, params: Mapping[str, Sequence[str]]) -> None:
        self.left = dict(params)

    def query(self) -> EventQuery:
        event_time = Span(self._time("GE_eventTime"), self._time("LT_eventTime"))
        record_time = Span(self._time("GE_recordTime"), self._time("LT_recordTime"))
        transport: dict[str, Any] = {
            "per_page": self._number("perPage", 1) or DEFAULT_PER_PAGE,
            "next_page_token": self._one("nextPageToken"),
        }
        return EventQuery(
            event_time=event_time,
            record_time=record_time,
            **self._ordering(),
            **transport,
            conditions=tuple(self._conditions()),
        )

    def _ordering(self) -> dict[str, Any]:
        order_by = self._choice("orderBy", ("eventTime", "recordTime"))
        direction = self._choice("orderDirection", ("ASC", "DESC"))
        limit = self._number("eventCountLimit", 0)
        maximum = self._number("maxEventCount", 0)
        if limit is not None and maximum is not None:
            raise QueryParameterError("epcis.query-limits", name="eventCountLimit")
        if limit is not None and order_by is None:
            raise QueryParameterError("epcis.query-order-missing", name="eventCountLimit")
        return {
            "order_by": order_by,
            "descending": direction != "ASC",
            "event_count_limit": limit,
            "max_event_count": maximum,
        }

    def _conditions(self) -> Iterable[Condition]:
        for name in sorted(self.left):
            if name in PARTS:
                if self._flag(name):
                    yield PARTS[name]
            else:
                yield condition(name, self._list(name))

    def _list(self, name: str) -> list[str]:
        values = [value for text in self.left.pop(name) for value in text.split("|")]
        if not values or not all(values):
            raise QueryParameterError("epcis.query-empty", name=name)
        return values

    def _one(self, name: str) -> str | None:
        texts = self.left.pop(name, ())
        if len(texts) > 1:
            raise QueryParameterError("epcis.query-repeated", name=name)
        if texts and not texts[0]:
            raise QueryParameterError("epcis.query-empty", name=name)
        return texts[0] if texts else None

    def _time(self, name: str) -> datetime | None:
        text = self._one(name)
        if text is None:
            return None
        try:
            return msgspec.convert(text, Time)
        except msgspec.ValidationError:
            raise QueryParameterError("epcis.query-time", name=name, value=text) from None

    def _number(self, name: str, least: int) -> int | None:
        text = self._one(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 16) or int(text) < least:
            raise QueryParameterError("epcis.query-number", name=name, value=text, least=least)
        return int(text)

    def _choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        text = self._one(name)
        if text is not None and text not in allowed:
            raise QueryParameterError(
                "epcis.query-choice", name=name, value=text, allowed=", ".join(allowed)
            )
        return text

    def _flag(self, name: str) -> bool:
        text = self._one(name)
        if text not in ("true", "false", "1", "0"):
            raise QueryParameterError(
                "epcis.query-choice", name=name, value=text, allowed="true, false"
            )
        return text in ("true", "1")
