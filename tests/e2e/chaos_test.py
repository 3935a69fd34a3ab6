"""Tests that strangers who send everything in disorder harm nobody: a gateway and a member go on
serving each other while strangers join, send packets of all kinds (tests/support/packet_storm.h), speak
and leave, and while the owner changes services and bans.

    NGCSHARE_CHAOS_SECONDS   how long; an hour by hand before a release
    NGCSHARE_CHAOS_SEED      the seed that a failure has named. Timing is chance all the same
"""

import collections
import hashlib
import itertools
import os
import random
import signal
import socket
import subprocess
import threading
import time
import unittest

SECONDS = float(os.environ.pop("NGCSHARE_CHAOS_SECONDS", 30))
SEED = int(os.environ.pop("NGCSHARE_CHAOS_SEED", random.randrange(1 << 31)))

from harness import NGCSHARE, SharedWorld, connect, free_port, local_port, read_all
from servers import TcpServer, UdpEcho, echo

CONTENT = os.urandom(1 << 20)
STRANGERS = 3
STORM_RATE = 300  # packets a second of each stranger
EXTRA = [f"extra{number}" for number in range(6)]
PATIENCE = 60  # seconds without a byte, for a busy machine
MOST_MEMORY_MB = 150
MOST_LOG_BYTES_A_SECOND = 100_000


class Honest(threading.Thread):
    """Uses the services through the member until it is told to end."""

    def __init__(self, use):
        super().__init__(daemon=True)
        self.use = use
        self.ending = threading.Event()
        self.problem = None
        self.times = 0
        self.start()

    def run(self):
        try:
            while not self.ending.is_set():
                self.use()
                self.times += 1
        except Exception as problem:  # handed to the test
            self.problem = problem

    def check(self):
        if self.problem:
            raise AssertionError(f"after {self.times} times, with seed {SEED}") from self.problem


class Chaos(SharedWorld):
    @classmethod
    def prepare(cls):
        cls.chance = random.Random(SEED)
        cls.file = TcpServer(lambda connection: connection.sendall(CONTENT))
        cls.both_port = free_port()
        cls.echo = TcpServer(echo, cls.both_port)
        cls.udp_echo = UdpEcho(cls.both_port)
        for server in (cls.file, cls.echo, cls.udp_echo):
            cls.addClassCleanup(server.close)
        cls.gateway = cls.gateway_with(f"file={cls.file.port}", f"both={cls.both_port}/both",
                                       log_level="info")
        cls.key = cls.gateway.events("group")[0]["own_key"]
        cls.member = cls.world.member(cls.gateway.chat_id, "--all", log_level="info")
        cls.file_port = local_port(cls.member, "file")
        cls.both = local_port(cls.member, "both")
        cls.numbers = itertools.count(1)
        cls.strangers = []

    # -- the honest ones -------------------------------------------------------------------------

    def fetch(self):
        with connect(self.file_port, PATIENCE) as client:
            received = read_all(client)
        self.assertEqual(hashlib.sha256(received).digest(), hashlib.sha256(CONTENT).digest())

    def talk(self, connection):
        question = os.urandom(2000)
        connection.sendall(question)
        answer = b""
        while len(answer) < len(question):
            part = connection.recv(4096)
            self.assertTrue(part, "the long connection has ended")
            answer += part
        self.assertEqual(answer, question)

    def ask(self, client, asked):
        """Sends a datagram and takes what is answered: lost ones are in order, wrong ones not."""
        question = os.urandom(random.choice((10, 1000, 5000)))
        asked.append(question)
        client.send(question)
        try:
            answer = client.recv(65536)
        except TimeoutError:
            return
        self.assertIn(answer, asked)
        self.answered += 1

    def long_connection(self):
        connection = connect(self.both, PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def udp_client(self, timeout):
        client = socket.socket(type=socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.settimeout(timeout)
        client.connect(("127.0.0.1", self.both))
        return client

    # -- the others ------------------------------------------------------------------------------

    def add_stranger(self):
        number = next(self.numbers)
        stranger = self.world.raw_peer(self.gateway.chat_id, f"storm-{number}")
        stranger.tell("storm", SEED % 1000003 + number, STORM_RATE)
        self.strangers.append(stranger)

    def end_stranger(self, how=None):
        """Ends the one that is there longest, and counts the packets that it has sent."""
        stranger = self.strangers.pop(0)
        stranger.tell("calm")
        self.sent += stranger.event("calm")["sent"]
        if how is None:
            stranger.tell("quit")
            self.assertEqual(stranger.wait(20), 0)
        else:
            stranger.stop(how)

    def replace_stranger(self):
        """Replaces the one that is there longest, if it has met the gateway at all."""
        if self.strangers[0].events("peer", key=self.key):
            self.end_stranger(self.chance.choice((None, signal.SIGKILL)))
            self.add_stranger()

    def stranger_speaks(self):
        word = self.chance.choice(("services", "help", "claim 123", "share x 22", "yes", "whoami",
                                   "connections", "ban storm", "\u202e", "/" * 400, "log 50"))
        stranger = self.chance.choice(self.strangers)
        if self.chance.random() < 0.3:
            stranger.tell("say", "/" + word)
        else:
            stranger.tell("whisper", self.key, word)

    def owner_command(self):
        """Returns the words of a command that does not concern the honest services."""
        service = self.chance.choice(EXTRA)
        keys = [event["own_key"] for stranger in self.strangers
                for event in stranger.events("joined")]
        person = self.chance.choice(keys or ["F" * 64])
        return self.chance.choice((
            ["share", service, str(self.both_port)], ["share", service, f"{self.both_port}/both"],
            ["unshare", service], ["enable", service], ["disable", service],
            ["acl", service, "list"], ["acl", service, "members"], ["allow", service, person],
            ["deny", service, person], ["ban", person, "2s", "storm"], ["unban", person],
            ["limit", service, "connections=2"], ["describe", service, "in the storm"],
            ["edit", service, str(self.file.port)], ["connections"], ["services"]))

    def ctl(self, words):
        ran = subprocess.run([NGCSHARE, "ctl", "--data-dir", self.world.path("gateway"), *words],
                             text=True, capture_output=True, timeout=60)
        if ran.returncode not in (0, 8):  # 8: refused
            self.assert_alive()
            self.fail(ran.stderr)

    def disorder(self):
        """Does one thing of many."""
        kind = self.chance.random()
        if kind < 0.6:
            self.ctl(self.owner_command())
        elif kind < 0.9:
            self.stranger_speaks()
        else:
            self.replace_stranger()

    # -- the test --------------------------------------------------------------------------------

    def assert_alive(self):
        for node in (self.gateway, self.member):
            self.assertTrue(node.running(), f"with seed {SEED}:\n{node.log()}")
        for one in self.honest:
            one.check()

    def assert_bounded(self):
        self.assert_little_memory(self.gateway, self.member, megabytes=MOST_MEMORY_MB)
        for node in (self.gateway, self.member):
            size = os.path.getsize(node.log_path)
            self.assertLess(size, MOST_LOG_BYTES_A_SECOND * (SECONDS + 10), node.log())

    def test_strangers_in_disorder_harm_nobody(self):
        connection, asked = self.long_connection(), collections.deque(maxlen=1000)
        self.answered = self.sent = 0
        udp = self.udp_client(0.2)
        self.honest = [Honest(self.fetch), Honest(lambda: self.talk(connection)),
                       Honest(lambda: self.ask(udp, asked))]
        for _ in range(STRANGERS):
            self.add_stranger()
        for stranger in self.strangers:
            stranger.meet(self.key, self.gateway)
        pause = threading.Event()  # never set
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            self.disorder()
            self.assert_alive()
            pause.wait(0.2)
        for one in self.honest:
            one.ending.set()
        for one in self.honest:
            one.join(PATIENCE)
        self.assert_alive()
        self.assertGreater(self.answered, 0)
        self.assert_bounded()

        for _ in range(STRANGERS):
            self.end_stranger()
        self.assertGreater(self.sent, STORM_RATE)
        self.fetch()
        self.talk(connection)
        last = self.udp_client(2)
        self.answered = 0
        for _ in range(5):
            self.ask(last, asked)
        self.assertGreater(self.answered, 0)
        for node in (self.member, self.gateway):
            self.assertEqual(node.stop(), 0, node.log())


if __name__ == "__main__":
    unittest.main()
