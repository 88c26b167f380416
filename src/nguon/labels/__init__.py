# SPDX-License-Identifier: Apache-2.0
"""Labels: templates, layout, symbols, and the check that each reads back; pure."""
