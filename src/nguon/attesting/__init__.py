# SPDX-License-Identifier: Apache-2.0
"""Credentials issued and received: certificates, inspections, laboratories, their status."""
