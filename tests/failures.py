"""Prints the last lines of each test that failed in the last run of ctest.

    python3 tests/failures.py build/release/Testing/Temporary
"""

import os
import re
import sys

LINES = 25
TEST = re.compile(r"^\d+/\d+ Test: (.*)\n(?:.+\n)*?Output:\n-{58}\n((?s:.*?))<end of output>",
                  re.MULTILINE)


def failures(folder):
    """Yields the name and the output of each failed test."""
    try:
        with open(os.path.join(folder, "LastTestsFailed.log"), errors="replace") as file:
            names = {line.strip().partition(":")[2] for line in file}
        with open(os.path.join(folder, "LastTest.log"), errors="replace") as file:
            log = file.read()
    except FileNotFoundError:  # written only if ctest ran, the first only if a test failed
        return
    for name, output in TEST.findall(log):
        if name in names:
            yield name, output


def main(folder):
    for name, output in failures(folder):
        print(f"--- {name}")
        print("\n".join(output.rstrip().splitlines()[-LINES:]))


if __name__ == "__main__":
    main(sys.argv[1])
