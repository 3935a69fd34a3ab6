"""Gateways and members of the benchmarks, on loopback or in the two places of a laboratory."""

import contextlib
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "netlab"))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))


class Loopback:
    """Has the interface of netlab.NetLab, for programs that all run on 127.0.0.1."""

    address = {"a": "127.0.0.1", "b": "127.0.0.1"}

    @staticmethod
    def words(_, words):
        return [str(word) for word in words]

    @staticmethod
    def inside(_):
        return contextlib.nullcontext()


class Binary:
    """An ngcshare program and the flags that it knows."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        shown = subprocess.run([self.path, "connect", "--help"], capture_output=True, text=True)
        self.help = shown.stdout

    def knows(self, flag):
        return f" {flag} " in self.help.replace("\n", " ")

    @property
    def has_link(self):
        return self.knows("--no-link")

    def tunnel_name(self):
        return "tunnel" if self.has_link else "base mode"


def bench_world(place, congestion=""):
    """Yields a world with a boot node, whose gateway is in "a" and whose members are in "b"."""
    from harness import World  # reads NGCSHARE_BINARY when it is imported

    class BenchWorld(World):
        def __init__(self):
            super().__init__()
            self.boot = self.boot.replace("127.0.0.1", place.address["a"])

        def words(self, *arguments, data, log_level="warn"):
            side = "b" if data.startswith("member") else "a"
            return place.words(side, super().words(*arguments, data=data, log_level=log_level))

        def start(self, kind, *arguments, data, log_level="warn", env=None):
            env = {"NGCSHARE_NO_HEALTH_CHECKS": "1", **(env or {})}  # no work beside the measurement
            if congestion:
                env["NGCSHARE_CONGESTION"] = congestion
            return super().start(kind, *arguments, data=data, log_level=log_level, env=env)

    return BenchWorld()


class Session:
    """A gateway that shares services, and members that use all of them."""

    def __init__(self, place, shares, congestion="", flags=()):
        self.world = bench_world(place, congestion)
        self.shares = shares
        try:
            words = [word for name, port in shares.items() for word in ("--share", f"{name}={port}")]
            self.gateway = self.world.gateway(*words, *flags)
            self.chat_id = self.gateway.event("group")["chat_id"]
        except BaseException:
            self.close()
            raise

    def join(self, data="member", base_mode=False):
        """Starts a member; returns its local ports by service, and the seconds until they were
        open."""
        start = time.monotonic()
        env = {"NGCSHARE_NO_LINK": "1"} if base_mode else None
        member = self.world.member(self.chat_id, "--all", data=data, env=env)
        ports = {}
        while len(ports) < len(self.shares):
            event = member.event("listening", timeout=90)
            ports[event["service"]] = event["local_port"]
        return Member(member, ports, time.monotonic() - start)

    def close(self):
        self.world.close()


class Member:
    def __init__(self, process, ports, joined_seconds):
        self.process = process
        self.ports = ports
        self.joined_seconds = joined_seconds

    def at(self, service):
        return ("127.0.0.1", self.ports[service])


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")


def say(text):
    """Prints progress."""
    print(text, file=sys.stderr, flush=True)
