"""Real ngcshare processes on loopback: a boot node, gateways, members, and the programs around them.

Nothing here touches a network: every process gets --no-default-bootstrap and --no-local-discovery and
knows one boot node on 127.0.0.1. Everything that is waited for is an event in a process's output.
"""

import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

NGCSHARE = os.environ["NGCSHARE_BINARY"]
RAW_PEER = os.environ.get("NGCSHARE_RAW_PEER", "")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A child whose standard output is read line by line into a list that can be waited on."""

    def __init__(self, arguments, log_path, stdin=None, env=None):
        self.arguments = arguments
        self.log_path = log_path
        self.lines = []
        self._condition = threading.Condition()
        self._log = open(log_path, "ab")
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=self._log, stdin=stdin, text=True,
            env={**os.environ, **(env or {})})
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._condition:
                self.lines.append(line.rstrip("\n"))
                self._condition.notify_all()
        with self._condition:
            self._ended = True
            self._condition.notify_all()

    def wait_line(self, predicate, timeout, after=0):
        """The first line from index `after` on that the predicate accepts, and the index behind it."""
        deadline = time.monotonic() + timeout
        at = after
        with self._condition:
            while True:
                while at < len(self.lines):
                    at += 1
                    if predicate(self.lines[at - 1]):
                        return self.lines[at - 1], at
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(
                        f"{self.arguments[:3]} did not say what was waited for in {timeout} s"
                        f"{' (it has ended)' if self._ended else ''}; it said:\n" +
                        "\n".join(self.lines[-30:]) + "\n" + self.log())
                self._condition.wait(left)

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()[-6000:]

    def stop(self, how=signal.SIGTERM, timeout=20):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.arguments[:3]} did not end in {timeout} s:\n{self.log()}")
        self._reader.join(5)
        self._log.close()
        self.process.stdout.close()
        return code

    def wait(self, timeout):
        return self.process.wait(timeout)


class Node(Process):
    """A process that reports with --json; events are waited for by name."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.cursor = 0

    def event(self, name, timeout=40, **fields):
        """The next event of this name with these fields, behind the last one that was taken."""
        def matches(line):
            try:
                event = json.loads(line)
            except ValueError:
                return False
            return event.get("event") == name and all(
                event.get(key) == value for key, value in fields.items())
        line, self.cursor = self.wait_line(matches, timeout, self.cursor)
        return json.loads(line)

    def events(self, name):
        found = []
        for line in list(self.lines):
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == name:
                found.append(event)
        return found


class World:
    """A temporary folder and everything that was started in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ngcshare-e2e-")
        self.started = []
        self.boot = self._start_boot()

    def _start_boot(self):
        port = free_port(socket.SOCK_DGRAM)
        node = self.start(Node, "node", "--udp-port", str(port), data="boot")
        self.boot_process = node
        return node.event("node", timeout=20)["bootstrap"]

    def start(self, kind, *arguments, data, log_level="debug", env=None):
        network = ["--no-default-bootstrap", "--no-local-discovery"]
        if getattr(self, "boot", None):
            network += ["--bootstrap", self.boot]
        words = [NGCSHARE, *arguments, "--data-dir", self.path(data), "--json",
                 "--log-level", log_level, *network]
        process = kind(words, log_path=self.path(data + ".log"), env=env)
        self.started.append(process)
        return process

    def path(self, name):
        return os.path.join(self.folder, name)

    def gateway(self, *arguments, data="gateway", create=True, **keywords):
        founding = ["--create", "room"] if create else []
        return self.start(Node, "run", *founding, *arguments, data=data, **keywords)

    def member(self, chat_id, *arguments, data="member", **keywords):
        return self.start(Node, "connect", chat_id, *arguments, data=data, **keywords)

    def raw_peer(self, chat_id, nick="raw"):
        process = RawPeer([RAW_PEER, self.boot, chat_id, nick],
                          log_path=self.path(f"raw-{nick}.log"), stdin=subprocess.PIPE)
        self.started.append(process)
        return process

    def add(self, arguments, name):
        process = Process(arguments, log_path=self.path(name + ".log"))
        self.started.append(process)
        return process

    def close(self):
        for process in reversed(self.started):
            if process.process.poll() is None:
                process.process.kill()
                process.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class RawPeer(Node):
    """A hand-written peer that only knows toxcore: sends and shows packets byte for byte."""

    def say(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()

    def send(self, peer_key, packet_hex, lossless=True):
        self.say("private", "lossless" if lossless else "lossy", peer_key, packet_hex)

    def packet(self, prefix, timeout=20):
        """The next private or public packet whose hex starts with `prefix`."""
        pattern = re.compile(prefix)
        def matches(line):
            try:
                event = json.loads(line)
            except ValueError:
                return False
            return event.get("event") == "packet" and pattern.match(event["hex"])
        line, self.cursor = self.wait_line(matches, timeout, self.cursor)
        return json.loads(line)


class EndToEnd(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def gateway_with(self, *shares, **keywords):
        arguments = [word for share in shares for word in ("--share", share)]
        gateway = self.world.gateway(*arguments, **keywords)
        return gateway, gateway.event("group")["chat_id"]


def curl(*arguments, timeout=120):
    return subprocess.run(["curl", "-sS", "--max-time", str(timeout), *arguments],
                          capture_output=True, timeout=timeout + 10)
