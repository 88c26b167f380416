# SPDX-License-Identifier: Apache-2.0
"""The registers: organisations and households, places, products, certificates."""
