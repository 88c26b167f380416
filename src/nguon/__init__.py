# SPDX-License-Identifier: Apache-2.0
"""Nguồn: the open platform that makes a product's passport worth believing."""

__version__ = "0.1.0"
