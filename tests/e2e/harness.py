"""Runs real ngcshare processes on loopback: a boot node, gateways, members, and the programs around
them.

No process touches a network: each gets --no-default-bootstrap and --no-local-discovery and knows
one boot node on 127.0.0.1. Tests wait only for events in a process's output.
"""

import functools
import itertools
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import sanitizers
from process import Node, Process
from raw_peer import RawPeer

# Removed from the children's environment, because ngcshare refuses unknown variables.
NGCSHARE = os.environ.pop("NGCSHARE_BINARY")
RAW_PEER = os.environ.pop("NGCSHARE_RAW_PEER", "")
SLOW_NAMES = os.environ.pop("NGCSHARE_SLOW_NAMES", "")

# Below the system's ephemeral ports, and outside toxcore's range. Each test process takes a block,
# so that tests can run at the same time.
PORTS = range(12000, 32000)
BLOCK = 1000
# Between two ports of a block, because a member whose port is taken uses one of the next.
APART = 20


@functools.cache
def port_block():
    """Takes a block until the end of the process; returns the socket that holds it, bound to the
    block's first port, and an endless iterator over the other ports."""
    for first in random.sample(PORTS[::BLOCK], len(PORTS) // BLOCK):
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", first))
        except OSError:
            holder.close()
            continue
        return holder, itertools.cycle(range(first + APART, first + BLOCK, APART))
    raise AssertionError("no free block of ports")


def free_port():
    """Returns a port of 127.0.0.1 that is unused for tcp and for udp. No other process that uses
    this function gets it."""
    _, ports = port_block()
    for port in itertools.islice(ports, BLOCK // APART):
        with socket.socket(type=socket.SOCK_STREAM) as tcp, \
                socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


class World:
    """A temporary folder and all processes that were started in it."""

    def __init__(self, boot=True):
        self.folder = tempfile.mkdtemp(prefix="ngcshare-e2e-")
        self.started = []
        self.boot = None
        if boot:
            node = self.start(Node, "node", "--udp-port", str(free_port()), data="boot")
            self.boot = node.event("node", timeout=20)["bootstrap"]

    def words(self, *arguments, data, log_level="debug"):
        network = ["--no-default-bootstrap", "--no-local-discovery"]
        if self.boot:
            network += ["--bootstrap", self.boot]
        command, *rest = map(str, arguments)
        return [NGCSHARE, command, "--data-dir", self.path(data), "--log-level", log_level,
                *network, *rest]

    def start(self, kind, *arguments, data, log_level="debug", env=None, json=True):
        formats = ["--json"] if json else []
        words = self.words(*arguments, *formats, data=data, log_level=log_level)
        return self.keep(kind(words, log_path=self.path(data + ".log"), env=env))

    def run(self, *arguments, data="once", log_level="error", timeout=60, env=None):
        """Runs ngcshare until it ends."""
        return subprocess.run(self.words(*arguments, data=data, log_level=log_level), text=True,
                              capture_output=True, timeout=timeout,
                              env={**os.environ, **(env or {})})

    def ask(self, command, *words, data="gateway"):
        """Runs a command for the gateway that runs on the folder; returns its output."""
        return subprocess.run([NGCSHARE, command, "--data-dir", self.path(data), *words], text=True,
                              capture_output=True, timeout=60, check=True).stdout

    def keep(self, process):
        self.started.append(process)
        return process

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def gateway(self, *arguments, data="gateway", create=True, health_checks=False, **keywords):
        """Starts a gateway, without health checks, because many tests count connections to their
        targets."""
        founding = ["--create", "room"] if create else []
        trying = [] if health_checks else ["--no-health-checks"]
        return self.start(Node, "run", *founding, *trying, *arguments, data=data, **keywords)

    def member(self, chat_id, *arguments, data="member", **keywords):
        return self.start(Node, "connect", chat_id, *arguments, data=data, **keywords)

    def raw_peer(self, chat_id, nick="raw"):
        return self._raw_peer([chat_id], nick)

    def raw_founder(self, name="room", nick="founder"):
        return self._raw_peer(["--found", name], nick)

    def _raw_peer(self, where, nick):
        return self.keep(RawPeer([RAW_PEER, self.boot, *where, nick],
                                 log_path=self.path(f"raw-{nick}.log"), stdin=subprocess.PIPE))

    def ctl(self, *words, data="gateway"):
        """Gives a command to a gateway on its own machine, as an owner; returns what it says."""
        ran = subprocess.run([NGCSHARE, "ctl", "--data-dir", self.path(data), *words], text=True,
                             capture_output=True, timeout=60)
        return ran.stdout + ran.stderr

    def await_ready(self, data="gateway", timeout=40):
        """Waits until a gateway is ready, which is after its group is known: toxcore says late, and
        after busy seconds again, that it is connected. Returns what `health --ready` prints."""
        deadline = time.monotonic() + timeout * sanitizers.PATIENCE
        words = [NGCSHARE, "health", "--ready", "--data-dir", self.path(data)]
        while (answer := subprocess.run(words, text=True, capture_output=True)).returncode != 0:
            if time.monotonic() > deadline:
                raise AssertionError(answer.stderr)
            time.sleep(0.2)  # nothing tells of it
        return answer.stdout

    def add(self, arguments, name):
        return self.keep(Process(arguments, log_path=self.path(name + ".log")))

    def close(self):
        for process in reversed(self.started):
            if process.running():
                process.process.kill()
            process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
        sanitizers.fail_on_reports()


class SharedWorld(unittest.TestCase):
    """One world for all tests of the class, set up by prepare(), because joining takes seconds."""

    longMessage = True

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)
        cls.prepare()

    @classmethod
    def prepare(cls):
        pass

    def assert_little_memory(self, *nodes, megabytes=60):
        """Asserts how much memory they have had at most. Sanitizers multiply it."""
        for node in nodes if not sanitizers.ON else ():
            self.assertLess(node.peak_memory_mb(), megabytes)

    @classmethod
    def gateway_with(cls, *shares, **keywords):
        arguments = [word for share in shares for word in ("--share", share)]
        gateway = cls.world.gateway(*arguments, **keywords)
        gateway.chat_id = gateway.event("group")["chat_id"]
        return gateway


def local_port(member, service, timeout=40):
    """Waits until the member has opened the service and returns its local port."""
    return member.event("listening", timeout, service=service)["local_port"]


def connect(port, timeout=20):
    return socket.create_connection(("127.0.0.1", port), timeout)


def read_all(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def refuses(port):
    try:
        connect(port, 2).close()
    except ConnectionRefusedError:
        return True
    return False


def curl(*arguments, timeout=60):
    return subprocess.run(["curl", "-sS", "--max-time", str(timeout), *arguments],
                          capture_output=True, timeout=timeout + 10)
