# SPDX-License-Identifier: Apache-2.0
"""Packages of evidence, put together for a reader from what he may see."""
