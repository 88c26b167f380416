# SPDX-License-Identifier: Apache-2.0
"""Keys and signatures: JOSE, HTTP messages, signed statements, certificates; pure."""
