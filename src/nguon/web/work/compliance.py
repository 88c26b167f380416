# SPDX-License-Identifier: Apache-2.0
"""The pages and addresses of compliance in one list."""

from nguon.web import consignments_api
from nguon.web.work import consignments, lot_data, samples, todo

ROUTES = (
    *lot_data.ROUTES,
    *consignments.ROUTES,
    *consignments_api.ROUTES,
    *samples.ROUTES,
    *todo.ROUTES,
)
