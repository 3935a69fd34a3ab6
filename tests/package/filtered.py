"""Runs a program under the unit's system call filter, as a service manager would.

    filtered.py UNIT PROGRAM [ARGUMENT]...

Needs Debian's own Python, which has a package of libseccomp's bindings.
"""

import errno
import os
import subprocess
import sys

import seccomp


def members(word):
    """Returns the system calls of a word of SystemCallFilter=."""
    if not word.startswith("@"):
        return {word}
    shown = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], text=True,
                           capture_output=True, check=True).stdout
    lines = [line.strip() for line in shown.splitlines()[1:]]
    return set().union(*(members(line) for line in lines if line and not line.startswith("#")))


def allowed_by(unit):
    allowed = set()
    with open(unit) as file:
        settings = [line.strip().removeprefix("SystemCallFilter=") for line in file
                    if line.startswith("SystemCallFilter=")]
    for setting in settings:
        calls = set().union(*(members(word) for word in setting.lstrip("~").split()))
        allowed = allowed - calls if setting.startswith("~") else allowed | calls
    return allowed | members("@default")  # systemd always allows these


def main():
    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for name in sorted(allowed_by(sys.argv[1])):
        try:
            rules.add_rule(seccomp.ALLOW, name)
        except RuntimeError:  # a system call of another architecture
            pass
    rules.load()
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
