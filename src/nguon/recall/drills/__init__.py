# SPDX-License-Identifier: Apache-2.0
"""Drills: recalls and traces tried out on the real records, which are not touched."""
