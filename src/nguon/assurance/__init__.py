# SPDX-License-Identifier: Apache-2.0
"""The standing of claims, put together from records and registers."""
