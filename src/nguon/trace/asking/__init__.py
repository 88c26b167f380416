# SPDX-License-Identifier: Apache-2.0
"""What an inspector asks of a lineage: who has it, what is missing, what is in common."""
