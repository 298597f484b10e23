"""The memory of RDS's instance classes, from the EC2 instance types that they run on, as moto keeps them: a copy of what
DescribeInstanceTypes returns."""

import gzip
import json
from pathlib import Path

import databases
import moto
import sources

TYPES = Path(moto.__file__).parent / "ec2" / "resources" / "instance_types.json.gz"
# Families that RDS names unlike EC2 (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html).
FAMILIES = {"x2g": "x2gd"}


def document():
    """Returns the JSON document: the memory in MiB by class. A class that runs on no EC2 instance type known is left out."""
    with gzip.open(TYPES) as file:
        types = json.load(file)
    memory = {}
    for name in databases.classes():
        _, family, size = [*name.split(".", 2), ""][:3]  # db.serverless has no size
        found = types.get(f"{FAMILIES.get(family, family)}.{size}")
        if found:
            memory[name] = found["MemoryInfo"]["SizeInMiB"]
    return sources.lines({"mebibytes": memory})
