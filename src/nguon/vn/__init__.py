# SPDX-License-Identifier: Apache-2.0
"""Viet Nam: administrative units, national codes, text folding, the dotted map."""
