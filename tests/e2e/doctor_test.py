"""Tests the findings of ngcshare doctor in good and broken networks, and that it changes
nothing."""

import os
import unittest

from doctor_case import DoctorCase
from harness import free_port
from process import Node
from servers import TcpServer, echo


class DoctorTest(DoctorCase):
    """Runs in a private network of three boot nodes with relays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nodes = []
        for i in range(3):
            port = str(free_port())
            node = cls.world.start(Node, "node", "--udp-port", port, "--tcp-relay-port", port,
                                   data=f"boot{i}")
            cls.nodes.append(node.event("node", timeout=20)["bootstrap"])

    def network(self):
        return [word for node in self.nodes for word in ("--bootstrap", node)]

    def test_all_is_well_before_the_first_start(self):
        server = TcpServer(echo)
        self.addCleanup(server.close)
        code, checks = self.doctor(*self.network(), "--share", f"web={server.port}", data="new")
        self.assertEqual(code, 0)
        self.assert_state(checks, data_folder="ok", gateway="ok", profile="ok", database="ok",
                          clock="ok", boot_nodes="ok", UDP="ok", TCP_relays="ok",
                          Tox_network="ok", NAT="ok", share_web="ok")
        self.assertIn("3 of 3", checks["UDP"]["finding"])
        self.assertEqual(checks["UDP"]["figures"]["answered"], 3)
        self.assertGreater(checks["UDP"]["figures"]["median_ms"], 0)
        self.assertIn("3 of 3", checks["TCP relays"]["finding"])
        self.assertGreater(checks["Tox network"]["figures"]["connected_ms"], 0)
        self.assertEqual(checks["NAT"]["figures"]["kind"], "none")
        self.assertEqual(checks["NAT"]["figures"]["nodes_asked"], 3)
        self.assertEqual(checks["NAT"]["figures"]["address"], "127.0.0.1")
        self.assertFalse(os.path.exists(self.world.path("new")), "made for nothing")

    def test_a_running_gateway_is_asked_and_goes_on(self):
        gateway = self.world.gateway("--share", "web=80", *self.network(), data="running")
        gateway.event("group")
        self.world.await_ready("running")
        before = sorted(os.listdir(self.world.path("running")))
        _, checks = self.doctor(*self.network(), "--timeout", "5", data="running")
        self.assertIn(f"process {gateway.pid}", checks["gateway"]["finding"])
        self.assert_state(checks, gateway="ok", profile="ok", database="ok", UDP="ok")
        self.assertTrue(checks["gateway"]["figures"]["ready"])
        self.assertEqual(checks["groups"]["figures"], {"groups": 1, "connected": 1})
        self.assertEqual(checks["database"]["figures"]["groups"], 1)
        self.assertEqual(checks["database"]["figures"]["services"], 1)
        self.assertIn("share web", checks)
        self.assertEqual(sorted(os.listdir(self.world.path("running"))), before)
        self.assertTrue(gateway.running())
        self.assertEqual(gateway.stop(), 0)

    def test_a_proxy_that_is_not_there(self):
        code, checks = self.doctor(*self.network(), "--proxy", f"socks5://127.0.0.1:{free_port()}",
                                   "--timeout", "3", data="proxy")
        self.assertEqual(code, 1)
        self.assert_state(checks, proxy="fail", UDP="ok", Tox_network="fail")
        self.assertNotIn("NAT", checks)

    def test_a_taken_port_is_named(self):
        taken = self.nodes[0].split(":")[1]
        code, checks = self.doctor(*self.network(), "--udp-port", taken, data="taken")
        self.assertEqual(code, 1)
        self.assert_state(checks, Tox_network="fail")
        self.assertIn(taken, checks["Tox network"]["finding"])
        self.assertIn("--udp-port", checks["Tox network"]["advice"])


if __name__ == "__main__":
    unittest.main()
