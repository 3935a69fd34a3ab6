"""Tests how ngcshare doctor guesses the kind of NAT, behind real NATs in three network namespaces:
home, router, net.

The addresses are from the range for benchmarks (RFC 2544), which toxcore treats as the internet.
"""

import json
import os
import shutil
import subprocess
import unittest

from harness import NGCSHARE, World
from process import Node

NODES = "198.18.0.1"
ROUTER = "198.18.0.254"


def missing():
    if os.geteuid() != 0:
        return "needs root: namespaces"
    for tool in ("ip", "nft"):
        if not shutil.which(tool):
            return f"needs {tool}"
    return None


def run(*words):
    subprocess.run(words, check=True, capture_output=True, text=True, timeout=20)


@unittest.skipIf(missing(), missing())
class DoctorNatTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)
        cls.spaces = {name: f"doctor-{os.getpid()}-{name}" for name in ("home", "router", "net")}
        for space in cls.spaces.values():
            run("ip", "netns", "add", space)
            cls.addClassCleanup(run, "ip", "netns", "delete", space)
            run("ip", "-n", space, "link", "set", "lo", "up")
        cls.connect("home", "10.77.0.2", "router", "10.77.0.1", "inside")
        cls.connect("net", NODES, "router", ROUTER, "outside")
        run("ip", "-n", cls.spaces["home"], "route", "add", "default", "via", "10.77.0.1")
        cls.inside("router", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        cls.bootstrap = []
        for i in range(3):
            node = cls.world.keep(Node(
                ["ip", "netns", "exec", cls.spaces["net"],
                 *cls.world.words("node", "--json", "--udp-port", str(33445 + i), data=f"boot{i}")],
                log_path=cls.world.path(f"boot{i}.log")))
            address = node.event("node", timeout=20)["bootstrap"]
            cls.bootstrap += ["--bootstrap", address.replace("127.0.0.1", NODES)]

    @classmethod
    def connect(cls, side, address, other, other_address, device):
        run("ip", "link", "add", "path", "netns", cls.spaces[side], "type", "veth",
            "peer", "name", device, "netns", cls.spaces[other])
        for space, name, ip in ((side, "path", address), (other, device, other_address)):
            run("ip", "-n", cls.spaces[space], "address", "add", f"{ip}/24", "dev", name)
            run("ip", "-n", cls.spaces[space], "link", "set", name, "up")

    @classmethod
    def inside(cls, space, *words):
        run("ip", "netns", "exec", cls.spaces[space], *words)

    def guess(self, masquerade):
        """Returns the doctor's statement at home when the router applies this rule to outgoing
        packets."""
        self.inside("router", "nft", "flush", "ruleset")
        self.inside("router", "nft", "add", "table", "ip", "nat")
        self.inside("router", "nft", "add", "chain", "ip", "nat", "leaving",
                    "{ type nat hook postrouting priority 100 ; }")
        self.inside("router", "nft", "add", "rule", "ip", "nat", "leaving", "oifname", "outside",
                    *masquerade)
        result = subprocess.run(
            ["ip", "netns", "exec", self.spaces["home"], NGCSHARE, "doctor", "--json",
             "--data-dir", self.world.path("home"), "--no-default-bootstrap",
             "--no-local-discovery", *self.bootstrap],
            text=True, capture_output=True, timeout=90)
        checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
        self.assertEqual(checks["UDP"]["state"], "ok", checks["UDP"])
        self.assertIn("3 of 3", checks["UDP"]["finding"])
        self.assertIn("by UDP", checks["Tox network"]["finding"])
        self.assertEqual(checks["NAT"]["figures"]["nodes_asked"], 3, checks["NAT"])
        self.assertEqual(checks["NAT"]["figures"]["address"], ROUTER)
        return checks["NAT"]

    def test_one_that_keeps_ports(self):
        nat = self.guess(["masquerade"])
        self.assertEqual((nat["state"], nat["figures"]["kind"]), ("ok", "keeps-port"), nat)

    def test_a_symmetric_one(self):
        nat = self.guess(["masquerade", "random,fully-random"])
        self.assertEqual((nat["state"], nat["figures"]["kind"]), ("warn", "changing"), nat)


if __name__ == "__main__":
    unittest.main()
