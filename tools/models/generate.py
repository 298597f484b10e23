"""Writes the JSON files of rehearsal/aws/model from AWS's own models.

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
import sources

MODEL = Path(__file__).resolve().parents[2] / "rehearsal" / "aws" / "model"


def main():
    outputs = {
        "actions.json": actions.document(MODEL / "actions.tsv"),
        "constraints.json": constraints.document(MODEL / "properties.tsv"),
        "databases.json": databases.document(),
        "endpoints.json": endpoints.document(),
    }
    stale = [name for name, text in outputs.items() if text != read(MODEL / name)]
    if "--check" in sys.argv[1:]:
        if stale:
            sys.exit(f"not up to date: {', '.join(stale)}; run tools/models/generate.py")
        print(f"up to date with {sources.versions()}")
        return
    for name in stale:
        (MODEL / name).write_text(outputs[name], encoding="utf-8")
    print(f"wrote {', '.join(stale) or 'nothing new'}")


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    main()
