"""Holds SECURITY.md against the tests: each protection that it claims names tests, and each test that
it names exists.

A reference stands in parentheses that begin with "test:" or "tests:". It is a suite or a test of
GoogleTest, the path of a test, or a test of ctest that is written in Python (e2e.chaos)."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Sections whose every bullet claims a protection, and those that name at least one test.
BULLETS = ("What a stranger cannot do",)
SECTIONS = ("What access control covers", "The container and the service", "The control socket")
REFERENCES = re.compile(r"\(tests?: ([^()]*)\)")


def known_tests(root):
    """Returns the suites and tests of GoogleTest, and those of ctest in Python."""
    known = set()
    for source in root.glob("tests/**/*.cc"):
        for suite, test in re.findall(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", source.read_text(), re.M):
            known |= {suite, f"{suite}.{test}"}
    for script in root.glob("tests/*/*_test.py"):
        folder, test = script.parent.name, script.name.removesuffix("_test.py")
        known.add(folder if folder == test else f"{folder}.{test}")
    return known


def sections(text):
    """Returns the text of each section by its heading."""
    parts = re.split(r"^## (.*)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def bullets(section):
    return [" ".join(item.split()) for item in re.split(r"^- ", section, flags=re.M)[1:]]


def rows(section):
    return [line for line in section.splitlines()
            if line.startswith("| ") and not line.endswith("| protection |")]


def problems_of(text, known, root):
    problems = []
    for group in REFERENCES.findall(" ".join(text.split())):
        for name in re.findall(r"`([^`]*)`", group):
            if name not in known and not (root / name).is_file():
                problems.append(f"there is no test {name}")
        rest = re.sub(r"`[^`]*`|,| and ", "", group).strip()
        if rest:
            problems.append(f"not a reference: {rest}")
    for heading, section in sections(text).items():
        claims = rows(section) + (bullets(section) if heading in BULLETS else [])
        if heading in SECTIONS:
            claims.append(" ".join(section.split()))
        problems += [f"{heading}: no test is named: {claim[:60]}" for claim in claims
                     if not REFERENCES.search(claim)]
    return problems


class Security(unittest.TestCase):
    def test_each_claim_names_tests_that_exist(self):
        text = (ROOT / "SECURITY.md").read_text()
        self.assertEqual(problems_of(text, known_tests(ROOT), ROOT), [])

    def test_the_sections_are_there(self):
        found = sections((ROOT / "SECURITY.md").read_text())
        for heading in BULLETS + SECTIONS:
            self.assertIn(heading, found)
        self.assertGreater(len(rows(found["What a hostile peer can do to the link"])), 10)

    def test_what_is_wrong_is_found(self):
        known = {"Suite", "Suite.Test", "e2e.chaos"}
        samples = {
            "## Any\n(test: `Suite.Another`)": ["there is no test Suite.Another"],
            "## Any\n(tests: `Suite.Test`, `tests/none_test.cc`)": ["there is no test tests/none_test.cc"],
            "## Any\n(tests: `Suite` and the next)": ["not a reference: the next"],
            "## Any\n| it may | protection |\n|---|---|\n| lie | it is ignored |":
                ["Any: no test is named: | lie | it is ignored |"],
            "## What a stranger cannot do\n- **Fly.** No.\n- **Dive** (test: `e2e.chaos`).":
                ["What a stranger cannot do: no test is named: **Fly.** No."],
            "## The control socket\nIs safe.": ["The control socket: no test is named: Is safe."],
            "## Any\n(tests: `Suite`,\n`Suite.Test`, `e2e.chaos`)": [],
        }
        for text, expected in samples.items():
            self.assertEqual(problems_of(text, known, ROOT), expected)


if __name__ == "__main__":
    unittest.main()
