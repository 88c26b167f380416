# SPDX-License-Identifier: Apache-2.0
"""Sheets that authorities abroad ask of a trace: chain of custody, critical tracking events."""
