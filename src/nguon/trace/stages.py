# SPDX-License-Identifier: Apache-2.0
"""The chain of stages: which one a business step shows."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

HARVESTING = "harvesting"
TRANSFORMING = "transforming"
OTHER = "other"
NEW_LOT = "creating_class_instance"
_ON_LAND = {"stocking": "stocking_pond", OTHER: "growing"}
_HARVESTS = frozenset({"harvestDate", "harvestStartDate", "harvestEndDate"})
_BEGINNINGS = frozenset({"commissioning", NEW_LOT})


@dataclass(frozen=True, slots=True)
class Chain:
    """The stages in order, those expected of every product, the stage and drawing of a step."""

    order: tuple[str, ...]
    core: frozenset[str]
    stage: dict[str, str]
    icons: dict[str, str]


@cache
def chain() -> Chain:
    """The chain of ``stages.toml``."""
    data = tomllib.loads(files("nguon.trace").joinpath("stages.toml").read_text("utf-8"))
    stages = data["stage"]
    return Chain(
        tuple(entry["name"] for entry in stages),
        frozenset(entry["name"] for entry in stages if entry.get("core")),
        {step: entry["name"] for entry in stages for step in entry["steps"]},
        data["icons"],
    )


def word(biz_step: str | None) -> str:
    """The word of a business step in any of its forms: ``packing`` of ``…BizStep-packing``."""
    if not biz_step:
        return OTHER
    tail = biz_step.rstrip("/#").replace(":", "/").replace("#", "/").rpartition("/")[2]
    return tail.removeprefix("BizStep-") or OTHER


def step_word(
    biz_step: str | None,
    *,
    harvest: bool,
    transformation: bool,
    land: bool = False,
    lots: bool = False,
) -> str:
    """The stage name of a record.

    Where things grow (``land``), or with a date of harvest (``harvest``), giving goods
    their first code is a harvest, stocking puts young animals in, and an unnamed
    transformation is their raising. Giving it to whole lots (``lots``) makes the lots; a
    transformation without business step is a transformation.
    """
    found = word(biz_step)
    if (harvest or land) and found in _BEGINNINGS:
        return HARVESTING
    if land and found in _ON_LAND and (transformation or found != OTHER):
        return _ON_LAND[found]
    if transformation and found in {OTHER, *_BEGINNINGS}:
        return TRANSFORMING
    return NEW_LOT if lots and found in _BEGINNINGS else found


def is_harvest(ilmd: Mapping[str, Any]) -> bool:
    """Whether lot data tell of a harvest."""
    return any(name.replace("/", ":").rpartition(":")[2] in _HARVESTS for name in ilmd)


def is_packing(biz_step: str | None) -> bool:
    """Whether a business step packs goods."""
    return chain().stage.get(word(biz_step)) == "pack"


def icon(step: str) -> str:
    """The drawing that stands beside a step."""
    known = chain()
    return known.icons.get(step) or known.icons.get(known.stage.get(step, ""), "dot")
