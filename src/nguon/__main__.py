# SPDX-License-Identifier: Apache-2.0
"""``python -m nguon``: the same as the ``nguon`` command."""

from nguon.cli import main

main()
