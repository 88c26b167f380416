# SPDX-License-Identifier: Apache-2.0
"""What may not be sold or moved now, looked up by item, lot, range or place."""
