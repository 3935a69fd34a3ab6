"""Simulates a network path between two places, "a" and "b", on one machine: two namespaces with the
shaper between them.

    with NetLab(shaper, "delay=25ms rate=20mbit") as lab:
        lab.run("a", ["ping", "-c", "3", lab.address["b"]])
        lab.set("ab", "loss=2%")          # a to b; "ba" the other way, "both"
        print(lab.counters()["ab"]["dropped_loss"])

Leaving the block removes everything, also after an exception, and kills programs started with
popen(). Needs root (namespaces and TUN devices). settings.h lists the settings.

Manual use, until Ctrl-C or the end of input; typed lines go to the shaper:

    tests/bench/netlab/netlab.py build/release/tests/bench/netlab/netlab_shaper delay=25ms rate=20mbit
"""

import contextlib
import ctypes
import itertools
import json
import os
import socket
import subprocess
import sys
import threading

DEVICE = "path"
MTU = 1500
# From the range for benchmarks (RFC 2544), which programs treat as the internet, not as a local
# network.
ADDRESSES = {"a": "198.18.0.1", "b": "198.18.0.2"}
# Packets that may wait before the shaper; more than its possible delay needs.
DEVICE_QUEUE = 10000
# Several times the contents of the largest path, so that the kernel's TCP never waits for its own
# buffers.
TCP_BUFFER = 64 << 20
CLONE_NEWNET = 0x40000000

_numbers = itertools.count()


class NetLabError(Exception):
    pass


def missing():
    """Returns the reason why the laboratory cannot be used here, or None."""
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
        return "needs root: namespaces and TUN devices"
    return None


class NetLab:
    def __init__(self, shaper, settings="", seed=1):
        self.shaper_path = shaper
        self.settings = settings
        self.seed = seed
        self.address = dict(ADDRESSES)
        number = next(_numbers)
        self.namespace = {side: f"netlab-{os.getpid()}-{number}-{side}" for side in "ab"}
        self._made = []
        self._children = []
        self._shaper = None
        self._lock = threading.Lock()

    def __enter__(self):
        if why := missing():
            raise NetLabError(why)
        try:
            self._make_namespaces()
            self._start_shaper()
            self._raise_devices()
            if self.settings:
                self.set("both", self.settings)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def set(self, direction, settings):
        """Changes settings (KEY=VALUE words) of "ab", "ba" or "both" from now on."""
        self._command(f"{direction} {settings}")

    def counters(self):
        """Returns {"ab": {...}, "ba": {...}} since the start or the last reset()."""
        return self._command("counters")

    def reset(self):
        self._command("reset")

    def popen(self, side, words, **keywords):
        """Starts a program in one of the places; the end of the laboratory kills it."""
        child = subprocess.Popen(self.words(side, words), **keywords)
        self._children.append(child)
        return child

    def run(self, side, words, **keywords):
        return subprocess.run(self.words(side, words), **{"check": True, **keywords})

    def words(self, side, words):
        """Returns the command line that runs a program in one of the places."""
        return ["ip", "netns", "exec", self.namespace[side], *map(str, words)]

    @contextlib.contextmanager
    def inside(self, side):
        """Creates this thread's sockets in the place; they stay there after the block."""
        with open("/proc/thread-self/ns/net") as here, \
                open(f"/run/netns/{self.namespace[side]}") as there:
            _enter(there)
            try:
                yield
            finally:
                _enter(here)

    def socket(self, side, *arguments):
        with self.inside(side):
            return socket.socket(*arguments)

    def lost_at_devices(self):
        """Returns the number of packets that never reached the shaper. If it is not 0, the shaper
        was kept from working and the measurement is invalid."""
        total = 0
        for side in "ab":
            text = self.run(side, ["cat", "/proc/net/dev"], capture_output=True, text=True).stdout
            fields = next(line for line in text.splitlines() if f"{DEVICE}:" in line).split()
            total += int(fields[12])  # dropped while being sent
        return total

    def close(self):
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.wait()
        self._children.clear()
        if self._shaper:
            with contextlib.suppress(OSError):
                self._shaper.stdin.close()
            try:
                self._shaper.wait(5)
            except subprocess.TimeoutExpired:
                self._shaper.kill()
                self._shaper.wait()
            self._shaper.stdout.close()
            self._shaper = None
        while self._made:
            subprocess.run(["ip", "netns", "delete", self._made.pop()], check=False)

    def _make_namespaces(self):
        for name in self.namespace.values():
            _ip("netns", "add", name)
            self._made.append(name)

    def _start_shaper(self):
        self._shaper = subprocess.Popen(
            [self.shaper_path, self.namespace["a"], self.namespace["b"], DEVICE, str(self.seed)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._answer()

    def _raise_devices(self):
        for side, other in ("ab", "ba"):
            name = self.namespace[side]
            settings = {
                f"net.ipv6.conf.{DEVICE}.disable_ipv6": "1",  # prevents packets that no test has sent
                "net.ipv4.tcp_no_metrics_save": "1",  # no connection inherits measurements of an earlier one
                "net.ipv4.tcp_rmem": f"4096 1048576 {TCP_BUFFER}",
                "net.ipv4.tcp_wmem": f"4096 1048576 {TCP_BUFFER}",
                "net.ipv4.ping_group_range": "0 0",
            }
            for key, value in settings.items():
                self._write(side, key, value)
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", DEVICE, "mtu", str(MTU), "txqueuelen", str(DEVICE_QUEUE))
            _ip("-n", name, "address", "add", self.address[side], "peer", self.address[other],
                "dev", DEVICE)
            _ip("-n", name, "link", "set", DEVICE, "up")
            # The default route leads to the other place, as on a machine with a network.
            _ip("-n", name, "route", "add", "default", "via", self.address[other])

    def _write(self, side, key, value):
        # /proc/sys/net belongs to the namespace of the thread that opens the file.
        with self.inside(side), open("/proc/sys/" + key.replace(".", "/"), "w") as file:
            file.write(value)

    def _command(self, line):
        with self._lock:
            try:
                self._shaper.stdin.write(line + "\n")
                self._shaper.stdin.flush()
            except OSError as error:
                raise NetLabError("the shaper has ended") from error
            return self._answer()

    def _answer(self):
        line = self._shaper.stdout.readline()
        if not line:
            raise NetLabError("the shaper has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise NetLabError(answer["error"])
        return answer


def _ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise NetLabError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _enter(name_space):
    if ctypes.CDLL(None, use_errno=True).setns(name_space.fileno(), CLONE_NEWNET) != 0:
        raise NetLabError(f"setns: {os.strerror(ctypes.get_errno())}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        with NetLab(sys.argv[1], " ".join(sys.argv[2:])) as lab:
            for side in "ab":
                print(f"{side}: {lab.address[side]}   ip netns exec {lab.namespace[side]} PROGRAM")
            for line in sys.stdin:
                try:
                    print(json.dumps(lab._command(line.strip()), indent=1))
                except NetLabError as error:
                    print(error)
    except NetLabError as error:
        sys.exit(f"netlab: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
