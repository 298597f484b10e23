"""Lets checkov judge a rehearsed stack.

Usage: judge_checkov.py CHECKOV STATE with the path of checkov and the state file of a stack, as `rehearse up --state`
leaves it.

The resources are written as a CloudFormation template, which checkov checks with every check that it has, without a
network. A failed check that checkov_gaps.tsv does not explain is an error, and so is a line of checkov_gaps.tsv that
explains nothing.
"""

import json
import subprocess
import sys
import tempfile

import gaps
import template

# The types of inline policies that checkov knows under the name of a type that is attached to roles and users.
POLICIES = {"AWS::IAM::RolePolicy": "AWS::IAM::Policy", "AWS::IAM::UserPolicy": "AWS::IAM::Policy"}


def main():
    tool, state = sys.argv[1:]
    made, _ = template.template(state)
    for resource in made["Resources"].values():
        resource["Type"] = POLICIES.get(resource["Type"], resource["Type"])
    report, table = judged(tool, made), gaps.Gaps("checkov_gaps.tsv")
    wrong, summary = [], report["summary"]
    if summary["parsing_errors"] or summary["resource_count"] != len(made["Resources"]):
        wrong.append(f"checkov has read {summary['resource_count']} of {len(made['Resources'])} resources")
    for finding in report["results"]["failed_checks"]:
        check, resource = finding["check_id"], finding["resource"]
        if not table.explains(lambda row: row[:2] == [check, resource]):
            wrong.append(f"{state}: {check} {resource} {finding['check_name']}")
    wrong += table.idle()
    if wrong:
        sys.exit("\n".join(wrong))
    print(
        f"checkov: {summary['passed']} checks of {summary['resource_count']} resources hold, and checkov_gaps.tsv "
        f"explains why {summary['failed']} do not"
    )


def judged(tool, made):
    """Returns checkov's report on a template."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(made, file)
        file.flush()
        command = [tool, "--file", file.name, "--framework", "cloudformation", "--output", "json", "--skip-download"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # 1 if a check has failed
        sys.exit(done.stderr or done.stdout)
    report = json.loads(done.stdout)
    if "results" not in report:  # checkov has found nothing that it knows
        sys.exit(f"checkov has checked nothing: {done.stdout}{done.stderr}")
    return report


if __name__ == "__main__":
    main()
