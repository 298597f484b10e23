"""Writes rehearsal/aws/model/*.json and internal/rdsclass/memory.json from AWS's own models.

Usage, in the root of the repository:

    python3 -m venv .venv && .venv/bin/pip install -r tools/models/requirements.txt
    .venv/bin/python tools/models/generate.py           # write
    .venv/bin/python tools/models/generate.py --check   # only report whether what is there is up to date

It reads rehearsal/aws/model/properties.tsv, which maps each property of the catalogue to members of botocore's
service models (`ecs#CreateServiceRequest.desiredCount`) and of the CloudFormation schemas in cfn-lint
(`AWS::ECS::Service.DesiredCount`), and collects the constraints of these members. The API's model comes first; the
CloudFormation schema adds only the sorts of constraint that the API's model leaves open.
"""

import sys
from pathlib import Path

import actions
import constraints
import databases
import endpoints
import memory
import sources

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "rehearsal" / "aws" / "model"


def main():
    outputs = {
        MODEL / "actions.json": actions.document(MODEL / "actions.tsv"),
        MODEL / "constraints.json": constraints.document(MODEL / "properties.tsv"),
        MODEL / "databases.json": databases.document(),
        MODEL / "endpoints.json": endpoints.document(),
        ROOT / "internal" / "rdsclass" / "memory.json": memory.document(),
    }
    stale = [path for path, text in outputs.items() if text != read(path)]
    names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
    if "--check" in sys.argv[1:]:
        if stale:
            sys.exit(f"not up to date: {names}; run tools/models/generate.py")
        print(f"up to date with {sources.versions()}")
        return
    for path in stale:
        path.write_text(outputs[path], encoding="utf-8")
    print(f"wrote {names or 'nothing new'}")


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    main()
