"""Network namespaces for tests: machines with addresses of their own and cables between them.

Addresses of 198.18.0.0/15 are from the range for benchmarks (RFC 2544), which toxcore treats as the
internet.
"""

import os
import shutil
import subprocess


def missing():
    """Returns why there can be no namespaces here, or None."""
    if os.geteuid() != 0:
        return "needs root: namespaces"
    for tool in ("ip", "nft"):
        if not shutil.which(tool):
            return f"needs {tool}"
    return None


def run(*words):
    subprocess.run(words, check=True, capture_output=True, text=True, timeout=20)


class Namespaces:
    """Namespaces by short names. close() removes them with all that runs on their addresses."""

    def __init__(self, prefix, *names):
        self._spaces = {name: f"{prefix}-{os.getpid()}-{name}" for name in names}
        self._added = []
        for space in self._spaces.values():
            run("ip", "netns", "add", space)
            self._added.append(space)
            run("ip", "-n", space, "link", "set", "lo", "up")

    def connect(self, side, device, address, other, other_device, other_address):
        """Lays a cable between two, with an address in a network of 24 bits at each end."""
        run("ip", "link", "add", device, "netns", self._spaces[side], "type", "veth",
            "peer", "name", other_device, "netns", self._spaces[other])
        for name, end, ip in ((side, device, address), (other, other_device, other_address)):
            self.ip(name, "address", "add", f"{ip}/24", "dev", end)
            self.ip(name, "link", "set", end, "up")

    def ip(self, name, *words):
        run("ip", "-n", self._spaces[name], *words)

    def words(self, name, *words):
        """Returns the words of a command that runs inside."""
        return ["ip", "netns", "exec", self._spaces[name], *words]

    def inside(self, name, *words):
        run(*self.words(name, *words))

    def close(self):
        for space in self._added:
            run("ip", "netns", "delete", space)
