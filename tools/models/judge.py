"""Lets cfn-lint judge rehearsed stacks.

Usage: judge.py STATE... with the state files of stacks, as `rehearse up --state` leaves them.

The resources are written as a CloudFormation template, which cfn-lint checks with every rule that it has. A finding
that gaps.tsv does not explain is an error, and so is a line of gaps.tsv that explains nothing.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import gaps
import template


def main():
    table, wrong, judged = gaps.Gaps("gaps.tsv"), [], 0
    for state in sys.argv[1:]:
        made, left = template.template(state)
        judged += len(made["Resources"])
        findings = [("unmapped", token, "") for token in sorted(left)] + list(lint(made))
        for rule, place, message in findings:
            text = f"{place} {message}"
            if not table.explains(lambda row: row[0] == rule and row[1] in text):
                wrong.append(f"{state}: {rule} {place} {message}")
    wrong += table.idle()
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"cfn-lint has nothing against {judged} resources that {len(table.rows)} lines of gaps.tsv do not explain")


def lint(made):
    """Yields rule, place and message of each finding."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(made, file)
        file.flush()
        tool = Path(sys.executable).parent / "cfn-lint"
        command = [tool, "--format", "json", "--include-checks", "I", "--regions", "ap-south-1", "--", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.stderr.strip():
        sys.exit(done.stderr)
    for finding in json.loads(done.stdout or "[]"):
        steps = [str(step) for step in finding["Location"]["Path"] or []]
        kind = made["Resources"].get(steps[1], {}).get("Type", "") if len(steps) > 1 else ""
        name = steps[1] if len(steps) > 1 else ""
        yield finding["Rule"]["Id"], f"{kind}.{'.'.join(steps[3:])} ({name})", finding["Message"]


if __name__ == "__main__":
    main()
