"""The published models, as botocore and cfn-lint ship them."""

import functools
import gzip
import importlib.metadata
import json
import re
from pathlib import Path

import botocore
import cfnlint

BOTOCORE = Path(botocore.__file__).parent / "data"
SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
# The region whose CloudFormation schemas are read: the first to get anything new.
REGION = "us-east-1"


def versions():
    """Returns the versions of what was read."""
    return {
        "botocore": importlib.metadata.version("botocore"),
        "cfn-lint": importlib.metadata.version("cfn-lint"),
        "moto": importlib.metadata.version("moto"),
        "schemas": json.loads((SCHEMAS / "version.json").read_text())["schema_date"],
    }


@functools.cache
def service(name):
    """Returns the newest model of a service."""
    path = max((BOTOCORE / name).glob("*/service-2.json.gz"))
    with gzip.open(path) as file:
        return json.load(file)


@functools.cache
def schema(resource_type):
    """Returns the CloudFormation schema of a resource type."""
    names = json.loads((SCHEMAS / "providers" / f"{REGION}.json").read_text())
    return json.loads((SCHEMAS / "resources" / f"{names[resource_type]}.json").read_text())


@functools.cache
def authorization():
    """Returns IAM's actions and resources by service."""
    return json.loads((SCHEMAS.parent / "AdditionalSpecs" / "Policies.json").read_text())


def lines(parts):
    """Returns a JSON object with one line for each entry of its members, so that differences can be read."""
    text = []
    for name, value in parts.items():
        if isinstance(value, list):
            text.append(f"{json.dumps(name)}: {json.dumps(value)}")
            continue
        entries = [f"{json.dumps(key)}: {json.dumps(entry)}" for key, entry in value.items()]
        text.append(f"{json.dumps(name)}: {{\n" + ",\n".join(entries) + "\n}")
    return "{\n" + ",\n".join(text) + "\n}\n"


def extension(kind, name):
    """Returns one of cfn-lint's own documents about a resource type."""
    return json.loads((SCHEMAS / "extensions" / kind / f"{name}.json").read_text())


def member(reference):
    """Returns the shape of `service#Structure.member`, and whether its structure requires it."""
    name, _, rest = reference.partition("#")
    structure, _, key = rest.partition(".")
    model = service(name)
    shape = model["shapes"][structure]
    if not key:
        return model, shape, False
    return model, model["shapes"][shape["members"][key]["shape"]], key in shape.get("required", [])


def attribute(reference):
    """Returns the schema at `AWS::Service::Type.Path[].To`, and whether its parent requires it."""
    kind, *path = reference.split(".")
    root = schema(kind)
    node, needed = root, False
    for step in path:
        key = step.rstrip("[]")
        parent = resolve(root, node)
        needed = key in parent.get("required", [])
        node = child(parent, key)
        for _ in range(step.count("[]")):
            node = resolve(root, node)["items"]
    return root, resolve(root, node), needed


def child(node, key):
    """Returns a property, which may be in one of several alternatives."""
    for place in [node, *node.get("oneOf", []), *node.get("anyOf", [])]:
        if key in place.get("properties", {}):
            return place["properties"][key]
    raise KeyError(key)


def resolve(root, node):
    """Follows references within a schema."""
    while "$ref" in node:
        target = root
        for step in re.split("/", node["$ref"])[1:]:
            target = target[step]
        node = target
    return node
