"""Paths and helpers of the package's tests."""

import os
import shutil
import subprocess
import unittest

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
# Removed from the children's environment, because ngcshare refuses unknown variables.
BUILD = os.environ.pop("NGCSHARE_BUILD")
NGCSHARE = os.environ.pop("NGCSHARE_BINARY")
CPACK = os.environ.pop("NGCSHARE_CPACK")
PAGES = os.path.join(BUILD, "deploy/pages/out")


def needs(program):
    """Skips a test if the program is not installed; deploy/setup.sh --tests installs it."""
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


def run(*words, env=None, cwd=None, text_input=None):
    return subprocess.run(words, text=True, capture_output=True, timeout=100, cwd=cwd,
                          input=text_input, env={**os.environ, **(env or {})})


def help_flags(subcommand):
    """Returns the flags that --help lists."""
    shown = run(NGCSHARE, subcommand, "--help").stdout.splitlines()
    return [line.split()[0] for line in shown if line.startswith("  --")]


def subcommands():
    lines = run(NGCSHARE, "--help").stdout.partition("\nExamples:")[0].splitlines()
    return [line.split()[1] for line in lines if line.startswith("  ngcshare ")]
