# SPDX-License-Identifier: Apache-2.0
"""Keys and signatures: JOSE, HTTP messages, signed statements, certificate paths; pure values and rules."""
