# SPDX-License-Identifier: Apache-2.0
"""What a marketplace may ask about a seller and a code."""
