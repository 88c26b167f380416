# SPDX-License-Identifier: Apache-2.0
"""Anchors: the hash of a checkpoint carried where others keep the time; each a plug-in."""
