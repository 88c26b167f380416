# SPDX-License-Identifier: Apache-2.0
"""The faces of recalls: the officers' desk, the maker's quality desk, the holders' phones."""
