"""Tests a gateway under a service manager: health, notifications, and the ways it ends."""

import json
import os
import signal
import socket
import subprocess
import time
import unittest
import weakref

from harness import NGCSHARE, SLOW_NAMES, SharedWorld, World, connect, local_port
from servers import TcpServer

END_WITHIN = 10  # seconds, after which a container engine kills
TIDY_UP_TIME = 3  # seconds, after which the program ends itself, whatever it waits for


def health(folder, *flags):
    return subprocess.run([NGCSHARE, "health", "--data-dir", folder, *flags], text=True,
                          capture_output=True, timeout=60)


class Manager:
    """The service manager's end of sd_notify(3)."""

    def __init__(self, world, name="notify"):
        self.path = world.path(name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        weakref.finalize(self, self.socket.close)
        self.socket.bind(self.path)

    def next(self, timeout=30):
        self.socket.settimeout(timeout)
        return self.socket.recv(1000).decode()

    def wait_for(self, message):
        while self.next() != message:
            pass

    def environment(self, **more):
        return {"NOTIFY_SOCKET": self.path, **more}


class Alone(unittest.TestCase):
    """A gateway without a network."""

    def setUp(self):
        self.world = World(boot=False)
        self.addCleanup(self.world.close)

    def assert_unwell(self, folder, reason, *flags):
        result = health(folder, *flags)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn(reason, result.stderr)

    def test_it_is_live_but_not_ready(self):
        gateway = self.world.gateway("--share", "web=80")
        gateway.event("service")
        folder = self.world.path("gateway")
        result = health(folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout, "ngcshare: live: 1 group, 1 service, "
                                        "not connected to the Tox network\n")
        self.assert_unwell(folder, "not connected to the Tox network", "--ready")
        answer = json.loads(health(folder, "--json").stdout)
        self.assertEqual((answer["ok"], answer["text"][:5]), (True, "live:"))

    def test_where_none_runs_nothing_is_well(self):
        missing = self.world.path("missing")
        self.assert_unwell(missing, f"no gateway is running on {missing}")
        self.assert_unwell(missing, f"no gateway is running on {missing}", "--ready")
        gateway = self.world.gateway("--share", "web=80")
        gateway.event("service")
        gateway.stop(signal.SIGKILL)
        self.assert_unwell(self.world.path("gateway"), "no gateway is running")

    def test_a_gateway_that_is_stuck_is_not_well(self):
        gateway = self.world.gateway("--share", "web=80")
        gateway.event("service")
        os.kill(gateway.pid, signal.SIGSTOP)
        try:
            self.assert_unwell(self.world.path("gateway"), "gave no answer")
        finally:
            os.kill(gateway.pid, signal.SIGCONT)
        self.assertEqual(health(self.world.path("gateway")).returncode, 0)

    def test_the_service_manager_hears_of_start_life_and_end(self):
        manager = Manager(self.world)
        gateway = self.world.gateway("--share", "web=80",
                                     env=manager.environment(WATCHDOG_USEC="200000"))
        self.assertEqual(manager.next(), "READY=1")
        gateway.event("service", timeout=1)  # was said before
        self.assertEqual(manager.next(),
                         "STATUS=1 group, 1 service, not connected to the Tox network")
        for _ in range(3):
            self.assertEqual(manager.next(), "WATCHDOG=1")
        gateway.process.send_signal(signal.SIGHUP)
        while (said := manager.next()) == "WATCHDOG=1":
            pass
        self.assertRegex(said, r"^RELOADING=1\nMONOTONIC_USEC=\d+$")
        self.assertEqual(manager.next(), "READY=1")
        gateway.process.send_signal(signal.SIGTERM)
        manager.wait_for("STOPPING=1")
        self.assertEqual(gateway.wait(20), 0)

    def looking_up(self, **environment):
        """Returns a gateway that waits for a name server, and its manager."""
        manager = Manager(self.world)
        gateway = self.world.gateway("--bootstrap", f"slow.invalid:33445:{'AB' * 32}",
                                     env=manager.environment(LD_PRELOAD=SLOW_NAMES, **environment))
        manager.wait_for("READY=1")
        # The gateway asks for the name before this request is answered.
        self.assertEqual(health(self.world.path("gateway")).returncode, 0)
        return gateway, manager

    def test_a_silent_name_server_does_not_hold_up_the_end(self):
        gateway, manager = self.looking_up()
        begin = time.monotonic()
        gateway.process.send_signal(signal.SIGTERM)
        manager.wait_for("STOPPING=1")
        self.assertEqual(gateway.wait(60), 0)
        self.assertLess(time.monotonic() - begin, TIDY_UP_TIME)

    def test_a_second_signal_ends_it_at_once(self):
        for second in (signal.SIGTERM, signal.SIGINT):
            gateway, manager = self.looking_up(SLOW_END="1")
            gateway.process.send_signal(signal.SIGTERM)
            manager.wait_for("STOPPING=1")
            gateway.process.send_signal(second)
            self.assertEqual(gateway.wait(60), -second)
            os.unlink(manager.path)


class InUse(SharedWorld):
    """A gateway with a member, and a connection from which nobody reads."""

    @classmethod
    def prepare(cls):
        cls.server = TcpServer(lambda connection: connection.recv(1) and cls.stall(connection))
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.gateway_with(f"stalls={cls.server.port}")
        cls.member = cls.world.member(cls.gateway.chat_id, "--all")
        cls.port = local_port(cls.member, "stalls")

    @staticmethod
    def stall(connection):
        """Sends without reading until no more bytes are accepted or the connection is closed."""
        connection.settimeout(120)
        try:
            while True:
                connection.sendall(bytes(65536))
        except OSError as problem:
            return problem

    def fill(self, client):
        """Sends until all buffers towards the server, which reads nothing, are full."""
        client.settimeout(3)
        try:
            while True:
                client.sendall(bytes(65536))
        except TimeoutError:
            pass

    def test_it_is_ready_and_drains_in_time_when_it_is_told_to_end(self):
        folder = self.world.path("gateway")
        self.assertIn("ready: 1 group, 1 service, connected by", self.world.await_ready())
        with connect(self.port) as client:
            self.fill(client)
            self.member.forget()
            begin = time.monotonic()
            self.assertEqual(self.gateway.stop(), 0)
            took = time.monotonic() - begin
            print(f"\nended {took:.2f} s after SIGTERM")
            self.assertLess(took, END_WITHIN)
            self.member.event("closed", 5, service="stalls")
            self.assertIsInstance(self.server.result(), OSError)
        self.assertFalse(os.path.exists(os.path.join(folder, "control.sock")))
        self.assertTrue(os.path.exists(os.path.join(folder, "profile.tox")))


class Elsewhere(SharedWorld):
    def test_it_is_not_ready_while_it_looks_for_a_group(self):
        founder = self.world.gateway(data="founder")
        nobodys = founder.event("group")["chat_id"]
        founder.stop()
        gateway = self.world.gateway("--join", nobodys, create=False)
        gateway.event("group")
        # After the network is connected, only the group is missing.
        deadline = time.monotonic() + 60
        folder = self.world.path("gateway")
        while "not connected" in (said := health(folder, "--ready").stderr):
            self.assertLess(time.monotonic(), deadline, said)
        self.assertEqual(said, f"ngcshare: not ready: not yet in the group {nobodys}\n")
        self.assertEqual(health(folder).returncode, 0)


if __name__ == "__main__":
    unittest.main()
