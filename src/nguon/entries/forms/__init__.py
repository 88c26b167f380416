# SPDX-License-Identifier: Apache-2.0
"""The forms of everyday entries, from typed texts to entries."""
