# SPDX-License-Identifier: Apache-2.0
"""Which goods each thing of a graph reaches, as sets of bits; pure, cycles allowed."""

from collections.abc import Collection, Iterable, Mapping


def reached(successors: Mapping[str, Collection[str]], goods: Iterable[str]) -> dict[str, int]:
    """For each thing the goods that hang on it (itself among them), bit ``n`` for the nth."""
    bits = {key: 1 << number for number, key in enumerate(goods)}
    order = _last_first(successors)
    changed = True
    while changed:
        changed = False
        for key in order:
            before = found = bits.get(key, 0)
            for following in successors[key]:
                found |= bits.get(following, 0)
            if found != before:
                bits[key] = found
                changed = True
    return bits


def _last_first(successors: Mapping[str, Collection[str]]) -> list[str]:
    """Things after what hangs on them, as far as there are no cycles."""
    order: list[str] = []
    seen: set[str] = set()
    for start in sorted(successors):
        stack = [(start, False)]
        while stack:
            key, done = stack.pop()
            if done:
                order.append(key)
            elif key not in seen and key in successors:
                seen.add(key)
                stack.append((key, True))
                stack += [(following, False) for following in sorted(successors[key])]
    return order
