# SPDX-License-Identifier: Apache-2.0
"""Events for the tests of what is derived from events."""

import json
from copy import deepcopy
from typing import Any

from nguon.epcis.codec import decode_raw_event
from nguon.epcis.model import Event

Tree = dict[str, Any]

SERIAL = "https://id.gs1.org/01/09521234543213/21/AB12"
SERIAL_KEY = "01/09521234543213/21/AB12"
PRODUCT_KEY = "01/09521234543213"
LOT_KEY = "01/09521234543213/10/L7"

CONTEXT = json.dumps(
    [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"example": "https://ns.example.com/epcis/"},
    ]
).encode()

COMMISSIONING: Tree = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8",
    "eventTime": "2026-06-20T14:05:06.007+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "disposition": "active",
    "epcList": [SERIAL],
    "quantityList": [
        {"epcClass": "https://id.gs1.org/01/09521234543213/10/L7", "quantity": 12.5, "uom": "KGM"}
    ],
    "readPoint": {"id": "https://id.gs1.org/414/9521234000013/254/R7"},
    "bizLocation": {"id": "https://id.gs1.org/414/9521234000013"},
    "bizTransactionList": [
        {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000013:PO7"}
    ],
    "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9521234000013"}],
    "destinationList": [
        {"type": "owning_party", "destination": "https://id.gs1.org/417/9521234000020"}
    ],
    "persistentDisposition": {"set": ["completeness_verified"]},
    "ilmd": {"cbvmda:lotNumber": "L7", "example:weights": [1, 2.5, {"example:deep": True}]},
    "sensorElementList": [
        {
            "sensorMetadata": {
                "time": "2026-06-20T07:00:00Z",
                "deviceID": "urn:epc:id:giai:9521234.T1",
            },
            "sensorReport": [{"type": "Temperature", "value": 4.50, "uom": "CEL"}],
        }
    ],
    "example:note": "đóng gói",
}

TRANSFORMATION: Tree = {
    "type": "TransformationEvent",
    "eventTime": "2026-06-21T07:00:00Z",
    "eventTimeZoneOffset": "+07:00",
    "bizStep": "commissioning",
    "inputQuantityList": [
        {"epcClass": "https://id.gs1.org/01/09521234123453/10/F1", "quantity": 1000},
        {"epcClass": "https://id.gs1.org/01/09521234123453/10/F2"},
    ],
    "inputEPCList": ["https://id.gs1.org/00/095212340000000013"],
    "outputEPCList": [SERIAL, "https://id.gs1.org/01/09521234543213/21/AB13"],
    "transformationID": "urn:epc:id:gdti:9521234.00001.T9",
    "ilmd": {"gs1:hasBatchLotNumber": "L7"},
}

AGGREGATION: Tree = {
    "type": "AggregationEvent",
    "eventTime": "2026-06-22T07:00:00Z",
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "parentID": "https://id.gs1.org/00/095212340000000013",
    "childEPCs": [SERIAL],
    "childQuantityList": [
        {"epcClass": "https://id.gs1.org/01/09521234543213/10/L7", "quantity": 3}
    ],
}


def typed(tree: Tree) -> Event:
    """The event of a JSON tree, through the codec."""
    return decode_raw_event(json.dumps(tree).encode())


def changed(tree: Tree, **members: Any) -> Tree:
    """A copy with members replaced; None takes one away. ``example_x`` stands for ``example:x``."""
    copy = deepcopy(tree)
    for name, value in members.items():
        wire = name.replace("_", ":", 1) if name.startswith(("example_", "cbvmda_")) else name
        copy[wire] = value
        if value is None:
            del copy[wire]
    return copy
