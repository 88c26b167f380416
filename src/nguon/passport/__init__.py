# SPDX-License-Identifier: Apache-2.0
"""What each audience reads of one item: the product's passport."""
