# SPDX-License-Identifier: Apache-2.0
"""Boundaries of plots: read as sent, checked raw, measured on the ellipsoid, kept in versions."""

from nguon.registry.land.export import geojson
from nguon.registry.land.rules import check

__all__ = ["check", "geojson"]
