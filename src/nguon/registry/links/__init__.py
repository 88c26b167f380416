# SPDX-License-Identifier: Apache-2.0
"""Links: what a code leads to besides its passport, as the holder of the code says."""
