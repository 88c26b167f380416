# SPDX-License-Identifier: Apache-2.0
"""Scans of codes by the public: recorded off the path of the answer, counted, never accusing."""
