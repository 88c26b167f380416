# SPDX-License-Identifier: Apache-2.0
"""Enrolment: which legal entity an organisation is, shown how, and whether it may sign."""
