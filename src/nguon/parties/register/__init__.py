# SPDX-License-Identifier: Apache-2.0
"""The business register: what it says of an enterprise code, from a file or over HTTP."""
