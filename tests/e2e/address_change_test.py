"""Tests that a connection goes on when the address of a member or of a gateway changes, as when a
machine goes to another network: two namespaces with a cable between them."""

import time
import unittest

import sanitizers
from harness import World, local_port
from namespaces import Namespaces, missing
from process import Node

GATEWAY = "198.18.0.1"
MEMBER = "198.18.0.2"
PORT = 33445
# Without a changed toxcore it is a minute. A gateway that has nothing to send is found by its next Hello,
# 5 s later at most, and the member's own next probe.
MOST_SECONDS = {"away": 5, "home": 12}

ECHO = """
import socket
listener = socket.create_server(("127.0.0.1", 7000))
print('{"event":"ready"}', flush=True)
connection, _ = listener.accept()
while part := connection.recv(1000):
    connection.sendall(part)
"""
# Sends a line ten times a second, and prints an event for each that comes back.
TALK = """
import json, socket, sys, threading, time
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def hear():
    for line in connection.makefile():
        print(json.dumps({"event": "echo", "sent": float(line)}), flush=True)
threading.Thread(target=hear, daemon=True).start()
pause = threading.Event()  # never set
while not pause.wait(0.1):
    connection.sendall(f"{time.monotonic()}\\n".encode())
"""


@unittest.skipIf(missing(), missing())
class AddressChangeTest(unittest.TestCase):
    def setUp(self):
        self.world = World(boot=False)
        self.spaces = Namespaces("address", "home", "away")
        self.addCleanup(self.spaces.close)
        self.addCleanup(self.world.close)
        self.spaces.connect("home", "path", GATEWAY, "away", "path", MEMBER)
        node = self.run_in("home", "node", "--udp-port", str(PORT), data="boot")
        boot = node.event("node", timeout=20)["bootstrap"]
        self.world.boot = boot.replace("127.0.0.1", GATEWAY)

    def run_in(self, space, *arguments, data):
        words = self.world.words(*arguments, "--json", data=data)
        return self.world.keep(Node(self.spaces.words(space, *words),
                                    log_path=self.world.path(data + ".log")))

    def script_in(self, space, script, *arguments, name):
        return self.world.keep(Node(self.spaces.words(space, "python3", "-c", script, *arguments),
                                    log_path=self.world.path(name + ".log")))

    def change_address(self, space, old, new):
        """Returns the time after which nothing reaches the old address."""
        self.spaces.ip(space, "address", "delete", f"{old}/24", "dev", "path")
        self.spaces.ip(space, "address", "add", f"{new}/24", "dev", "path")
        return time.monotonic()

    def assert_outlives_change(self, talker, space, old, new):
        """Asserts that what is sent after a change of address comes back soon."""
        since = self.change_address(space, old, new)
        event = talker.wait_event(lambda event: event.get("sent", 0) > since, timeout=90)
        self.assertLess(event["time"] - since, MOST_SECONDS[space] * sanitizers.PATIENCE)

    def test_a_connection_outlives_a_change_of_address(self):
        self.script_in("home", ECHO, name="echo").event("ready")
        gateway = self.run_in("home", "run", "--create", "room", "--no-health-checks",
                              "--share", "echo=7000", data="gateway")
        chat_id = gateway.event("group")["chat_id"]
        member = self.run_in("away", "connect", chat_id, "echo", data="member")
        port = local_port(member, "echo")
        talker = self.script_in("away", TALK, str(port), name="talk")
        talker.event("echo")
        self.assert_outlives_change(talker, "away", MEMBER, "198.18.0.3")
        self.assert_outlives_change(talker, "home", GATEWAY, "198.18.0.4")


if __name__ == "__main__":
    unittest.main()
