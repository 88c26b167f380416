# SPDX-License-Identifier: Apache-2.0
"""Households that a cooperative enrols in one sheet, each with its consents."""
