# SPDX-License-Identifier: Apache-2.0
"""Documents of the UN Transparency Protocol: made from neutral values, read from others."""
