"""The Pulumi program of the engine tests: it makes what `program.json` beside it declares.

Copied into each workspace as `__main__.py`. A value `{"$ref": [name, output]}` is an output of another resource.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_dokploy

_made: dict[str, Any] = {}


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            name, output = value["$ref"]
            return getattr(_made[name], output)
        return {key: _value(item) for key, item in value.items()}
    return [_value(item) for item in value] if isinstance(value, list) else value


def _options(options: dict[str, Any]) -> pulumi.ResourceOptions:
    depends_on = [_made[name] for name in options.pop("depends_on", [])]
    timeouts = options.pop("custom_timeouts", None)
    if timeouts is not None:
        options["custom_timeouts"] = pulumi.CustomTimeouts(**timeouts)
    return pulumi.ResourceOptions(depends_on=depends_on, **options)


_program = json.loads(Path(__file__).with_name("program.json").read_text())
for _name, _declared in _program["resources"].items():
    _kind = getattr(pulumi_dokploy, _declared["kind"])
    _made[_name] = _kind(_name, **_value(_declared["properties"]), opts=_options(_declared["options"]))
for _name, _output in _program["outputs"].items():
    pulumi.export(_name, _value(_output))
