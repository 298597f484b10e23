"""Patterns of the models in the syntax of Go's regexp package."""

import re

# Classes and escapes that Java knows and Go writes differently.
SAME = [
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\x{10000}-\x{10FFFF}"),
    (r"\ud800\udc00-\udbff\udfff", r"\x{10000}-\x{10FFFF}"),
    (r"\p{Alnum}", "0-9A-Za-z"), (r"\p{Alpha}", "A-Za-z"), (r"\p{Digit}", "0-9"), (r"\p{Graph}", r"\x21-\x7e"),
    (r"\p{Print}", r"\x20-\x7e"), (r"\p{ASCII}", r"\x00-\x7f"), (r"\p{Punct}", r"!-/:-@\[-`{-~"), (r"\Z", r"\z"),
]
MOST_REPEATED = 1000


# Patterns that look ahead within, written without. A length that goes with it is in written.tsv.
WITHOUT_LOOKING = [
    ("(?=^.{1,127}$)", ""),
    ("(?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9]", "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"),
    ("(?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9]", "[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]"),
    (r"(\/(?!\.)+[^$#<>;`|&?{}^*/\n]+)", r"(\/[^.$#<>;`|&?{}^*/\n][^$#<>;`|&?{}^*/\n]*)"),
]
# One class, repeated more often than Go allows.
LONG = re.compile(r"\^?(\[(?:\\.|[^\]])+\])\{(\d+),(\d{4,})\}\$?")
# What every text matches.
ANYTHING = {".*", "^.*$", r"[\s\S]*", r"^[\s\S]*$", r"(.|\s)*", r"[\S\s]*", r"[\s\S]+", ".+", "^.+", r"[^\x00]*", "(?s).*", "(?s).+"}


def translate(pattern):
    """Returns the constraints that a pattern makes in Go: pattern, notPattern, both or none."""
    if pattern in ANYTHING:
        return {}
    for java, go in WITHOUT_LOOKING:
        pattern = pattern.replace(java, go)
    refused, rest = negative(pattern)
    if rest is None:
        return None
    found, long = {}, LONG.fullmatch(rest)
    if long:
        found |= {"minLength": int(long[2]), "maxLength": int(long[3])}
        rest = f"^{long[1]}+$"
    if why(rest) or refused and why(refused):
        return None
    if rest not in ANYTHING:
        found["pattern"] = anchored(rest)
    if refused:
        found["notPattern"] = "^(?:" + syntax(refused) + ")"
    return found


def negative(pattern):
    """Splits `^(?!x)y` into x, which must not be at the beginning, and `^y`."""
    start = "^" if pattern.startswith("^") else ""
    if not pattern[len(start):].startswith("(?!"):
        return "", pattern
    depth, at = 1, len(start) + 3
    while depth and at < len(pattern):
        depth += {"(": 1, ")": -1}.get(pattern[at], 0) if pattern[at - 1] != "\\" else 0
        at += 1
    rest = pattern[at:]
    # Of a repeated group, only the first round would be looked at.
    return pattern[len(start) + 3:at - 1], None if rest[:1] in "+*{?" and rest else start + rest


def anchored(pattern):
    """Anchors a pattern as services do, which match the whole value; one with an anchor of its own stays."""
    if pattern.startswith("^") or pattern.endswith("$"):
        return syntax(pattern)
    return "^(?:" + syntax(pattern) + ")$"


def syntax(pattern):
    for java, go in SAME:
        pattern = replace_class(pattern, java, go)
    return re.sub(r"\\u([0-9A-Fa-f]{4})", r"\\x{\1}", pattern)


def replace_class(pattern, java, go):
    result, inside, at = "", False, 0
    while at < len(pattern):
        if pattern.startswith(java, at):
            result += go if inside or java in (r"\Z",) else "[" + go + "]"
            at += len(java)
            continue
        if pattern[at] == "\\":
            result += pattern[at:at + 2]
            at += 2
            continue
        inside = (inside or pattern[at] == "[") and pattern[at] != "]"
        result += pattern[at]
        at += 1
    return result


def without_classes(pattern):
    """Replaces escapes and classes of characters by a letter, so that only the structure is left."""
    return re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "x", pattern)


def why(pattern):
    """Returns why Go cannot compile the pattern, or an empty text."""
    if re.search(r"\(\?(?:[=!]|<[=!])", pattern):
        return "it looks ahead or behind"
    if re.search(r"(?:[*+?]|\{\d+(?:,\d*)?\})\+", without_classes(pattern)):
        return "it has a possessive quantifier"
    if re.search(r"\\[1-9]", pattern):
        return "it refers to a group"
    counts = re.findall(r"\{(\d+)(?:,(\d*))?\}", pattern)
    if any(int(number) > MOST_REPEATED for pair in counts for number in pair if number):
        return f"it repeats more than {MOST_REPEATED} times"
    if "&&" in pattern:
        return "it has an intersection of classes"
    return ""
