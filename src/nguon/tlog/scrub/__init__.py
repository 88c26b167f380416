# SPDX-License-Identifier: Apache-2.0
"""What a stored log is compared with: each part of it with what it must follow from."""
