# SPDX-License-Identifier: Apache-2.0
"""A label of the demonstration as a picture: to hold before the camera of the scan page."""

from collections.abc import Sequence

from nguon import gs1
from nguon.cli.workplace import operator
from nguon.labels.model import Label, Output
from nguon.labels.service import sheet
from nguon.registry import queries
from nguon.web.services import Services
from nguon.web.start import StartLink
from nguon.web.work import label_facts

_TEMPLATE, _DPI = "50x30", 300


def picture(services: Services, links: Sequence[StartLink]) -> None:
    """Print the labels that the start page shows into the folder of the product pictures."""
    for link in links:
        if link.label:
            made = sheet(_TEMPLATE, [_label(services, link)], Output.PNG, "vi", dpi=_DPI)
            services.media.mkdir(parents=True, exist_ok=True)
            (services.media / link.label).write_bytes(made.content)


def _label(services: Services, link: StartLink) -> Label:
    identifier = gs1.parse(link.path.removeprefix("/"))
    values = dict(identifier.parts)
    key, audience = f"01/{values['01']}", operator()
    product = queries.products(services.store, audience, [key])[key]
    maker = queries.organisations(services.store, audience, [product.maker])[product.maker]
    facts = label_facts.common(product, maker, "vi")
    return Label(
        name=values["21"],
        link=services.base_url + link.path,
        elements=tuple(identifier.parts),
        facts={**facts, "lot": values["10"], "serial": values["21"]},
    )
