"""Lets cloudsplaining judge the policies of the roles and users of rehearsed stacks.

Usage: judge_policies.py STATE... with the state files of stacks, as `rehearse up --state` leaves them.

All policies of a role or user are judged as one, because an escalation may need actions of several. They are judged
twice: as they are, and with every resource and condition left out but the condition on the permissions boundary, which
shows the escalations that names and services alone prevent. A permissions boundary is judged as if it were a policy. A
finding that policy_gaps.tsv does not explain is an error, and so is a line of policy_gaps.tsv that explains nothing.
"""

import json
import sys
from pathlib import Path

from cloudsplaining.scan.policy_document import PolicyDocument

import gaps

BOUNDARY = "iam:PermissionsBoundary"
# The owners of inline policies and attachments, by the type of these.
OWNED = {
    "aws:iam/rolePolicy:RolePolicy": "role",
    "aws:iam/userPolicy:UserPolicy": "user",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role",
}


def main():
    table, wrong, judged = gaps.Gaps("policy_gaps.tsv"), [], 0
    for state in sys.argv[1:]:
        for name, statements in subjects(state).items():
            judged += 1
            for check, item in findings(statements):
                if not table.explains(lambda row: row[:3] == [name, check, item]):
                    wrong.append(f"{state}: {name}: {check} {item}")
    wrong += table.idle()
    if wrong or not judged:
        sys.exit("\n".join(wrong or ["no policies"]))
    print(f"cloudsplaining has nothing against {judged} roles, users and boundaries that {len(table.rows)} lines of policy_gaps.tsv do not explain")


def subjects(state):
    """Returns the statements of each role, user and boundary, by its name in the program."""
    resources = [r for r in json.loads(Path(state).read_text())["checkpoint"]["latest"]["resources"] if r["type"].startswith("aws:iam/")]
    names = {(r["type"].split(":")[-1].lower(), r["outputs"]["name"]): logical(r) for r in resources if "name" in r.get("outputs", {})}
    managed = {r["outputs"]["arn"]: r for r in resources if r["type"] == "aws:iam/policy:Policy"}
    found = {}
    for resource in resources:
        kind = OWNED.get(resource["type"])
        document = managed.get(resource["inputs"].get("policyArn"), resource)["inputs"].get("policy")
        if kind and document:  # the content of AWS's own policies is not in the state
            owner = names[kind, resource["outputs"][kind]]
            found.setdefault(owner, []).extend(json.loads(document)["Statement"])
    for resource in managed.values():
        if logical(resource).endswith("-boundary"):
            found[logical(resource)] = json.loads(resource["inputs"]["policy"])["Statement"]
    return found


def logical(resource):
    return resource["urn"].rsplit("::", 1)[-1]


def findings(statements):
    """Yields each check with an item that it finds."""
    document = PolicyDocument({"Version": "2012-10-17", "Statement": statements})
    loose = PolicyDocument({"Version": "2012-10-17", "Statement": [loosened(s) for s in statements if may(s)]})
    for check, items in {
        "escalation": [method["type"] for method in document.allows_privilege_escalation],
        "escalation, names aside": [method["type"] for method in loose.allows_privilege_escalation],
        "permissions": document.permissions_management_without_constraints,
        "credentials": document.credentials_exposure,
        "contents": document.allows_data_exfiltration_actions,
        "whole service": document.service_wildcard,
    }.items():
        for item in sorted(items):
            yield check, item


def may(statement):
    """Returns whether a statement allows something without the permissions boundary."""
    bounded = any(BOUNDARY in keys for keys in statement.get("Condition", {}).values())
    return statement["Effect"] == "Allow" and not bounded


def loosened(statement):
    return {"Effect": "Allow", "Resource": "*", "Action": statement["Action"]}


if __name__ == "__main__":
    main()
