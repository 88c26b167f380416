# SPDX-License-Identifier: Apache-2.0
"""Benchmarks: rates as ratios to floors measured in the same run (``make bench``)."""
