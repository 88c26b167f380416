# SPDX-License-Identifier: Apache-2.0
"""A log on disk: tiles, bundles and checkpoints written once, and the map of what they list."""
