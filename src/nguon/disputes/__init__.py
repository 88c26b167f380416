# SPDX-License-Identifier: Apache-2.0
"""Reports and disputes about a claim, an item or a party, from opening to decision."""
