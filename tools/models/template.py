"""Turns the resources of a Pulumi state into a CloudFormation template, by properties.tsv and parts.tsv."""

import json
import re
from pathlib import Path

import sources

TABLE = Path(__file__).resolve().parents[2] / "rehearsal" / "aws" / "model" / "properties.tsv"
PARTS = Path(__file__).parent / "parts.tsv"
# How a state marks a secret (pulumi/sdk/go/common/resource, SigKey and SecretSig).
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
# What stands in a template for a value that the state holds encrypted.
HIDDEN = "{{resolve:ssm:/hidden:1}}"


def mappings():
    """Returns, for each Pulumi type, its properties with their paths in a CloudFormation schema."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        token, path, _, members = line.split("\t")
        for member in members.split(" "):
            if member.startswith("AWS::"):
                found.setdefault(f"aws:{token}", []).append((path, member.rstrip("?")))
                break
    return found


def parts():
    """Returns, for each Pulumi type, its properties in parts.tsv: the owner's property, the path, the target, the key."""
    found = {}
    for line in PARTS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            token, owner, path, member, *key = line.split("\t")
            found.setdefault(token, []).append((owner, path, member, *(key or [None])))
    return found


def template(state):
    """Returns the template, and the types of resources that have no place in it."""
    table, pieces, resources, names, left = mappings(), parts(), {}, {}, set()
    found = json.loads(Path(state).read_text())["checkpoint"]["latest"]["resources"]
    found = [r for r in found if r["type"].startswith("aws:") and not r["type"].startswith("aws:index/")]
    for resource in found:
        token = resource["type"]
        if token in pieces and pieces[token][0][0] != "-":
            continue
        kind = main_type(table.get(token, []))
        if kind is None:
            left.add(token)
            continue
        name = re.sub("[^A-Za-z0-9]", "", resource["urn"].rsplit("::", 1)[-1].title() + kind.rsplit("::", 1)[-1])
        resources[name] = {"Type": kind, "Properties": {}}
        names[kind, resource["id"]] = name
        for path, member in table[token]:
            add(resources[name], resource, path, member)
    for resource in found:
        for owner, path, member, key in pieces.get(resource["type"], []):
            of = resource["id"] if owner == "-" else resource["inputs"][owner]
            name = names.get((member.partition(".")[0], of))
            if name is None:
                left.add(resource["type"])
            else:
                add(resources[name], resource, path, member, key)
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, left


def add(made, resource, path, member, key=None):
    """Adds a property of the resource at the member, if the member is of the type that is made."""
    kind, *steps = member.split(".")
    if kind != made["Type"]:
        return
    found = list(values(resource.get("inputs", {}), path.split("."), ()))
    if key is None:
        place(made["Properties"], kind, steps, found)
        return
    for _, value in found:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        made["Properties"].setdefault(steps[0], []).append({"Key": key, "Value": text})


def main_type(rows):
    """Returns the CloudFormation type that most properties are of. A type that is a list within another has none."""
    tops = [member.split(".") for path, member in rows if "." not in path]
    if all(steps[1].endswith("[]") for steps in tops):
        return None
    kinds = [steps[0] for steps in tops]
    return max(sorted(set(kinds)), key=kinds.count)


def values(value, path, indexes):
    """Yields the values at a path through lists, each with the indexes of the lists on its way."""
    if isinstance(value, dict) and value.get(SIGNATURE) == SECRET:
        value = HIDDEN
    if isinstance(value, list) and path:
        for index, item in enumerate(value):
            yield from values(item, path, (*indexes, index))
    elif not path:
        yield indexes, value
    elif isinstance(value, dict) and path[0] in value:
        yield from values(value[path[0]], path[1:], indexes)


def place(properties, kind, steps, found):
    """Puts values where the schema has them."""
    for indexes, value in found:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            continue  # its parts are placed one by one
        root, node, _ = sources.attribute(".".join([kind, *steps]))
        value = shaped(root, node, value)
        if value is None:
            continue
        lists = sum(step.endswith("[]") for step in steps[:-1])
        # A list of one in Pulumi may be an object in CloudFormation, and the other way round.
        indexes = list(indexes[-lists:] if lists else ()) + [0] * (lists - len(indexes))
        at = properties
        for step in steps[:-1]:
            key = step.rstrip("[]")
            if step.endswith("[]"):
                items, index = at.setdefault(key, []), indexes.pop(0)
                items.extend({} for _ in range(index + 1 - len(items)))
                at = items[index]
            else:
                at = at.setdefault(key, {})
        at[steps[-1].rstrip("[]")] = value


def shaped(root, node, value):
    """Returns the value in the type of the schema; None for an empty one, which the provider leaves out."""
    kinds = node.get("type", [])
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if value in ("", [], {}):
        return None
    if isinstance(value, dict) and "array" in kinds:
        inner = sources.resolve(root, node["items"]).get("properties", {})
        key = next((name for name in ("Key", "Name") if name in inner), "Key")
        return [{key: name, "Value": text} for name, text in sorted(value.items())]
    if isinstance(value, list):
        return [shaped(root, sources.resolve(root, node.get("items", {})), item) for item in value]
    if isinstance(value, bool) and "boolean" not in kinds:
        names = ("ENABLED", "DISABLED") if "ENABLED" in node.get("enum", []) else ("true", "false")
        return names[0] if value else names[1]
    document = isinstance(value, str) and value.startswith('{"') and "object" in kinds
    if isinstance(value, str) and value != HIDDEN and (document or "string" not in kinds):
        return parsed(root, node, kinds, value)
    return str(value) if isinstance(value, (int, float)) and kinds == {"string"} else value


def parsed(root, node, kinds, text):
    """Returns what a text says where the schema has no text: a number, a boolean, or a JSON document."""
    if kinds & {"integer", "number"}:
        return float(text) if "." in text else int(text)
    if "boolean" in kinds:
        return text == "true"
    document = json.loads(text)
    if "array" not in kinds:
        return document
    return [capitals(root, sources.resolve(root, node["items"]), item) for item in document]


def capitals(root, node, value):
    """Writes the members of a JSON document of an API, such as container definitions, as CloudFormation does."""
    node = sources.resolve(root, node)
    if isinstance(value, list):
        return [capitals(root, node.get("items", {}), item) for item in value]
    if not isinstance(value, dict) or "properties" not in node:
        return value
    found = {}
    for key, item in value.items():
        name = next((name for name in node["properties"] if name.lower() == key.lower()), key)
        found[name] = capitals(root, node["properties"].get(name, {}), item)
    return found
