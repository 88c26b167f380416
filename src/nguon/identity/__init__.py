# SPDX-License-Identifier: Apache-2.0
"""Who is asking: API keys, principals, audiences, and the one decision on visibility."""
