# SPDX-License-Identifier: Apache-2.0
"""The composition root: the only place that knows every part and puts them together."""

from nguon.app.addresses import EXACT, ROUTES, SEGMENTS
from nguon.app.parts import compose
from nguon.app.serving import assemble, create_app, framework, serve

__all__ = ["EXACT", "ROUTES", "SEGMENTS", "assemble", "compose", "create_app", "framework", "serve"]
