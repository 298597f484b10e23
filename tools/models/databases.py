"""Which engine versions and instance classes RDS offers to a new database, from cfn-lint's data about RDS."""

import re

import sources

KIND = "aws_rds_dbinstance"


def document():
    """Returns the JSON document. A set of classes is written once, as bits over the list of all classes."""
    regions, versions = by_region(), by_version()
    all_sets = offers_in(regions, versions)
    names_of_all = sorted(set().union(*all_sets))
    place = {name: at for at, name in enumerate(names_of_all)}

    def bits(names):
        return f"{sum(1 << place[name] for name in names):x}"

    sets = sorted({bits(names) for names in all_sets})
    number = {value: at for at, value in enumerate(sets)}
    parts = {
        "engines": {
            engine: {"offered": offered, "withdrawn": withdrawn} for engine, (offered, withdrawn) in engines().items()
        },
        "classes": names_of_all,
        "sets": sets,
        "versions": {version: number[bits(names)] for version, names in sorted(versions.items())},
        "regions": {
            region: {engine: number[bits(names)] for engine, names in sorted(offers.items())}
            for region, offers in sorted(regions.items())
        },
    }
    return sources.lines(parts)


def offers_in(regions, versions):
    """Returns the sets of classes that are offered in some region or for some version."""
    return [*versions.values(), *(names for offers in regions.values() for names in offers.values())]


def classes():
    """Returns all classes, sorted."""
    return sorted(set().union(*offers_in(by_region(), by_version())))


def engines():
    """Returns the versions of each engine that RDS creates, and those that it has withdrawn."""
    known, withdrawn = {}, {}
    for to, name in ((known, "engine_version"), (withdrawn, "engine_version_deprecated")):
        for branch in sources.extension(KIND, name)["allOf"]:
            engine = branch["if"]["properties"]["Engine"].get("const")
            place = branch["if"] if to is withdrawn else branch.get("then") or {}
            found = place.get("properties", {}).get("EngineVersion", {}).get("enum")
            if engine and found:
                to[engine] = found
    result = {}
    for engine, versions in sorted(known.items()):
        # A major version stands for its newest minor one, even where it is listed among the withdrawn.
        gone = {version for version in withdrawn.get(engine, []) if "." in version}
        result[engine] = (sorted(set(versions) - gone), sorted(gone))
    return result


def by_region():
    """Returns the classes of each engine in each region, under any licence."""
    found = {}
    for region, schema in sources.extension(KIND, "dbinstanceclass_enum").items():
        for branch in schema["allOf"]:
            engine, then = branch["if"]["properties"].get("Engine"), branch.get("then")
            if not isinstance(engine, dict) or not isinstance(then, dict):
                continue
            for name in [engine["const"]] if "const" in engine else engine.get("enum", []):
                found.setdefault(region, {}).setdefault(name, set()).update(
                    then["properties"]["DBInstanceClass"]["enum"])
    return found


def by_version():
    """Returns the classes of each minor version, of any engine."""
    found = {}
    for branch in sources.extension(KIND, "db_instance_class")["allOf"]:
        pattern = branch["if"]["properties"]["EngineVersion"]["pattern"]
        version = re.fullmatch(r"\^\((.+)\\\.\.\+\|(.+)\)\$", pattern)[2].replace("\\", "")
        found.setdefault(version, set()).update(branch["then"]["properties"]["DBInstanceClass"]["enum"])
    return found
