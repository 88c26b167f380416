# SPDX-License-Identifier: Apache-2.0
"""The supervision desk (``/s/…``): what bodies in charge do."""
