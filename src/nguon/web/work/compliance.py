# SPDX-License-Identifier: Apache-2.0
"""The pages and addresses of compliance in one list."""

from nguon.web.work import consignments, lot_data, samples

ROUTES = (*lot_data.ROUTES, *consignments.ROUTES, *samples.ROUTES)
