# SPDX-License-Identifier: Apache-2.0
"""Legal entities and their keys: enrolment, what they may speak for, grants."""
