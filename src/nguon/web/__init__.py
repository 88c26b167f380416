# SPDX-License-Identifier: Apache-2.0
"""HTTP: resolver, EPCIS REST, API v1, pages. Holds no rule of the business."""
