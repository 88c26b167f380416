# SPDX-License-Identifier: Apache-2.0
"""Pages of drills: an officer's and an organisation's own, and those who are asked to answer."""
