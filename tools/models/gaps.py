"""The findings of a judge that a table explains: one a line, with the reason at the end, separated by tabs."""

from pathlib import Path


class Gaps:
    """Reads a table beside this file, and remembers which lines have explained a finding."""

    def __init__(self, name):
        self.name, self.used = name, set()
        text = (Path(__file__).parent / name).read_text(encoding="utf-8")
        self.rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]

    def explains(self, matches):
        """Returns whether a line matches the finding."""
        for number, row in enumerate(self.rows):
            if matches(row):
                self.used.add(number)
                return True
        return False

    def idle(self):
        """Returns an error for each line that has explained nothing."""
        return [
            f"{self.name}: {' '.join(row)}: explains nothing"
            for number, row in enumerate(self.rows) if number not in self.used
        ]
