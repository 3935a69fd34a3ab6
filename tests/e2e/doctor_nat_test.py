"""Tests how ngcshare doctor guesses the kind of NAT, behind real NATs in three network namespaces:
home, router, net."""

import json
import subprocess
import unittest

from harness import NGCSHARE, World
from namespaces import Namespaces, missing
from process import Node

NODES = "198.18.0.1"
ROUTER = "198.18.0.254"


@unittest.skipIf(missing(), missing())
class DoctorNatTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(boot=False)
        cls.addClassCleanup(cls.world.close)
        cls.spaces = Namespaces("doctor", "home", "router", "net")
        cls.addClassCleanup(cls.spaces.close)
        cls.spaces.connect("home", "path", "10.77.0.2", "router", "inside", "10.77.0.1")
        cls.spaces.connect("net", "path", NODES, "router", "outside", ROUTER)
        cls.spaces.ip("home", "route", "add", "default", "via", "10.77.0.1")
        cls.spaces.inside("router", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        cls.bootstrap = []
        for i in range(3):
            node = cls.world.keep(Node(
                cls.spaces.words("net", *cls.world.words(
                    "node", "--json", "--udp-port", str(33445 + i), data=f"boot{i}")),
                log_path=cls.world.path(f"boot{i}.log")))
            address = node.event("node", timeout=20)["bootstrap"]
            cls.bootstrap += ["--bootstrap", address.replace("127.0.0.1", NODES)]

    def guess(self, masquerade):
        """Returns the doctor's statement at home when the router applies this rule to outgoing
        packets."""
        self.spaces.inside("router", "nft", "flush", "ruleset")
        self.spaces.inside("router", "nft", "add", "table", "ip", "nat")
        self.spaces.inside("router", "nft", "add", "chain", "ip", "nat", "leaving",
                           "{ type nat hook postrouting priority 100 ; }")
        self.spaces.inside("router", "nft", "add", "rule", "ip", "nat", "leaving", "oifname",
                           "outside", *masquerade)
        result = subprocess.run(
            self.spaces.words("home", NGCSHARE, "doctor", "--json", "--data-dir",
                              self.world.path("home"), "--no-default-bootstrap",
                              "--no-local-discovery", *self.bootstrap),
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
