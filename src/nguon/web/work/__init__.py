# SPDX-License-Identifier: Apache-2.0
"""The workspace (``/w/…``): what members of an organisation do."""
