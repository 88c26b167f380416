# SPDX-License-Identifier: Apache-2.0
"""Evidence packages of a claim, an item or a case: format, reading, verdict; pure."""
