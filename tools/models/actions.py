"""The IAM actions that each type of the catalogue needs, and the ARNs that each action may be allowed on.

A CloudFormation schema lists the actions of its handlers: to create, read, update and delete a resource. The IAM data
in cfn-lint is AWS's own: every action, with the types of resources that a policy may name for it, and their ARNs.
rehearsal/aws/model/actions.tsv says which schema a type has if properties.tsv does not, and adds actions that the
provider calls besides.
"""

import collections
import json

import sources
import template

VERBS = ("create", "read", "update", "delete")


def document(table):
    """Returns the actions by type and verb, and the ARNs by action, as JSON."""
    types, further = rows(table)
    handlers, used = {}, set(further)
    for token, kind in sorted(types.items()):
        published = sources.schema(kind).get("handlers", {})
        found = {verb: known(published.get(verb, {}).get("permissions", [])) for verb in VERBS}
        if any(found.values()):
            handlers[token] = {"schema": kind, "service": service(found["delete"]), **found}
            used |= {action for actions in found.values() for action in actions}
    return sources.lines({
        "models": sources.versions(),
        "handlers": handlers,
        "actions": {action: arns(action) for action in sorted(used)},
    })


def rows(table):
    """Returns the schema of each type, and the actions that the rows name."""
    types = {token.removeprefix("aws:"): template.main_type(found) for token, found in template.mappings().items()}
    further = set()
    for line in table.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        token, _, sort, values, _ = line.split("\t")
        if sort == "schema":
            types[token] = None if values == "-" else values
        elif sort == "also":
            further |= set(values.split(" "))
    for action in further:
        if not known([action]):
            raise SystemExit(f"{table.name}: IAM has no action {action}")
    return {token: kind for token, kind in types.items() if kind}, further


def service(actions):
    """Returns the service of a resource: that of most actions that delete it."""
    return collections.Counter(action.partition(":")[0] for action in actions).most_common(1)[0][0]


def known(actions):
    """Returns the sorted actions that IAM has; schemas name some that it has not."""
    return sorted({action for action in actions if entry(action) is not None})


def entry(action):
    service, _, name = action.partition(":")
    return sources.authorization().get(service, {}).get("Actions", {}).get(name.lower())


def arns(action):
    """Returns the patterns of the ARNs that a policy may name for the action; none means that it takes only *."""
    service = sources.authorization()[action.partition(":")[0]]
    found = collections.OrderedDict()
    for kind in entry(action).get("Resources", []):
        for pattern in service.get("Resources", {}).get(kind, {}).get("ARNFormats", []):
            found[pattern] = True
    return list(found)
