"""The constraints of every mapped property."""

import json

import patterns
import sources

# The types of whole numbers, and their bits.
INTEGERS = {"integer": 32, "long": 64}
# The sorts of constraint, in the order in which they are written.
SORTS = ["required", "whole", "min", "max", "minLength", "maxLength", "pattern", "notPattern", "enum"]


def document(table):
    """Returns the JSON document, one constraint a line."""
    found, skipped = [], []
    for row in rows(table):
        for entry in of_property(*row):
            pattern = entry.get("pattern")
            if pattern is not None:
                del entry["pattern"]
                translated = patterns.translate(pattern)
                if translated is None:
                    skipped.append({"shape": entry["shape"], "pattern": pattern, "why": patterns.why(pattern)})
                entry |= translated or {}
            if any(sort in entry for sort in SORTS):
                found.append(entry)
    found.sort(key=lambda entry: (entry["type"], entry["path"], entry["shape"]))
    skipped = sorted({line(entry): entry for entry in skipped}.values(), key=line)
    return (
        "{\n" + f'"models": {line(sources.versions())},\n"notCompiled": [\n' + listed(skipped)
        + '\n],\n"constraints": [\n' + listed(found) + "\n]\n}\n"
    )


def line(value):
    return json.dumps(value, ensure_ascii=True)


def listed(entries):
    return ",\n".join(line(entry) for entry in entries)


def rows(table):
    """Yields type, path, kind and targets of each mapped property."""
    for text in table.read_text(encoding="utf-8").splitlines():
        if not text or text.startswith("#"):
            continue
        token, path, kind, target = text.split("\t")
        if not target.startswith("-"):
            yield token, path, kind, target.split(" ")


def of_property(token, path, kind, targets):
    """Returns the constraints of one property: of the value itself, and of what it holds."""
    entries = {}
    for target in targets:
        place, reference, optional = path, target, target.endswith("?")
        reference = reference.removesuffix("?")
        value_kind = kind
        if reference.startswith("[]"):
            place, reference, value_kind = path + "[]", reference[2:], kind.removeprefix("list of ")
        shape, constraints = read(reference, value_kind)
        if optional:
            constraints.get("", {}).pop("required", None)
        for suffix, sorts in constraints.items():
            merge(entries, token, place + suffix, shape, sorts)
    return entries.values()


def merge(entries, token, path, shape, sorts):
    """Adds the constraints of a shape, of the sorts that no earlier one has."""
    taken = {sort for (at, _), entry in entries.items() if at == path for sort in entry}
    if "enum" in taken or "pattern" in taken:
        taken |= {"enum", "pattern"}
    if "min" in taken or "max" in taken:
        taken |= {"min", "max"}
    for sort in SORTS:
        if sort in sorts and sort not in taken:
            entry = entries.setdefault((path, shape), {"type": token, "path": path, "shape": shape})
            entry[sort] = sorts[sort]


def read(reference, kind):
    """Returns the name of a shape, and its constraints by the suffix of the path that they hold for."""
    if reference.startswith("AWS::"):
        root, node, needed = sources.attribute(reference)
        found = schema_constraints(root, node, kind)
    else:
        model, node, needed = sources.member(reference)
        found = shape_constraints(model, node, kind)
    if needed:
        found.setdefault("", {})["required"] = True
    name = reference if reference.startswith("AWS::") else reference.replace("#", " ")
    return name, found


def shape_constraints(model, shape, kind):
    """Returns the constraints of a shape of a service model, where the property has the shape's type."""
    shapes, sort = model["shapes"], shape["type"]
    if kind in ("string", "any") and sort in ("string", "blob"):
        return {"": text(shape.get("min"), shape.get("max"), shape.get("pattern"), shape.get("enum"))}
    if kind == "number" and sort in ("integer", "long", "double", "float"):
        return {"": number(sort, shape.get("min"), shape.get("max"))}
    if kind.startswith("list of ") and sort == "list":
        found = {"": length(shape.get("min"), shape.get("max"))}
        inner = shape_constraints(model, shapes[shape["member"]["shape"]], kind.removeprefix("list of "))
        return found | {"[]" + suffix: value for suffix, value in inner.items()}
    if kind == "map" and sort == "map":
        return mapped(shape, shapes[shape["key"]["shape"]], shapes[shape["value"]["shape"]], model)
    if kind == "map" and sort == "list":
        members = shapes[shape["member"]["shape"]].get("members", {})
        key, value = (next((members[n]["shape"] for n in names if n in members), None) for names in (KEYS, VALUES))
        if key and value:
            return mapped(shape, shapes[key], shapes[value], model)
    return {}


# How the API calls the key and the value where the provider has a map, as for tags.
KEYS = ("Key", "key", "TagKey", "Name")
VALUES = ("Value", "value", "TagValue")


def mapped(shape, key, value, model):
    return {
        "": length(shape.get("min"), shape.get("max")),
        "{key}": shape_constraints(model, key, "string").get("", {}),
        "{}": shape_constraints(model, value, "string").get("", {}),
    }


def schema_constraints(root, node, kind):
    """Returns the constraints of a CloudFormation schema, where the property has its type."""
    sort = node.get("type")
    sort = sort[0] if isinstance(sort, list) and len(sort) == 1 else sort
    if kind in ("string", "any") and sort == "string":
        return {"": text(node.get("minLength"), node.get("maxLength"), node.get("pattern"), node.get("enum"))}
    if kind == "number" and sort in ("integer", "number"):
        found = number(sort, node.get("minimum"), node.get("maximum"))
        if "enum" in node:
            found["enum"] = [str(value) for value in node["enum"]]
        return {"": found}
    if kind.startswith("list of ") and sort == "array":
        found = {"": length(node.get("minItems"), node.get("maxItems"))}
        inner = schema_constraints(root, sources.resolve(root, node.get("items", {})), kind.removeprefix("list of "))
        return found | {"[]" + suffix: value for suffix, value in inner.items()}
    if kind == "map" and sort == "array":
        inner = sources.resolve(root, node.get("items", {})).get("properties", {})
        if "Key" in inner and "Value" in inner:
            return {
                "": length(node.get("minItems"), node.get("maxItems")),
                "{key}": schema_constraints(root, sources.resolve(root, inner["Key"]), "string").get("", {}),
                "{}": schema_constraints(root, sources.resolve(root, inner["Value"]), "string").get("", {}),
            }
    return {}


def text(least, most, pattern, values):
    return given(length(least, most) | {"pattern": pattern, "enum": values})


def length(least, most):
    return given({"minLength": least or None, "maxLength": most})


def number(sort, least, most):
    return given({"whole": INTEGERS.get(sort), "min": least, "max": most})


def given(sorts):
    return {sort: value for sort, value in sorts.items() if value is not None}
