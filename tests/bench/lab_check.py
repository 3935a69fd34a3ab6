"""Checks that simulated paths behave as configured, with the kernel's own programs. Every other
figure over a simulated path depends on this."""

import socket
import statistics

import clients
import endpoints
from grid import settle
from netlab import NetLab
from world import say

RTT_MS = 50
RTT_ERROR_MS = 0.5
RATES_MBIT = (20, 100)
REACHED = 0.93  # of the rate, as TCP payload in full packets: at most 0.965
LOSS = 0.01


def lab(bench):
    with NetLab(bench.tool("netlab/netlab_shaper")) as net:
        server, ports = endpoints.start(net, "a", "echo", "source")
        try:
            _round_trip(bench, net, (net.address["a"], ports["echo"]))
            for rate in RATES_MBIT:
                _rate(bench, net, (net.address["a"], ports["source"]), rate)
            _loss(bench, net, (net.address["a"], ports["echo"]))
        finally:
            endpoints.stop(server)


def _round_trip(bench, net, address):
    net.set("both", f"delay={RTT_MS / 2}ms")
    with net.socket("b", socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(address)
        times, _ = clients.round_trips_ms(probe, 200, 0.01)
    error = statistics.median(times) - RTT_MS
    say(f"  round trip {RTT_MS} ms: median {error:+.3f} ms")
    bench.results.add("lab", f"laboratory: error of {RTT_MS} ms round trip, median", error, "ms",
                      target=f"<= {RTT_ERROR_MS} ms", passed=abs(error) <= RTT_ERROR_MS)


def _rate(bench, net, address, rate):
    """Returns the rate of a stream that fills the path, after its start-up."""
    net.set("both", f"delay=5ms rate={rate}mbit queue=50ms")
    settle(net)
    with net.inside("b"):
        clients.download(address, 1)
        settle(net)
        reached = clients.download(address, 5)["mbit"]
    say(f"  {rate} Mbit/s: {reached:.2f}")
    bench.results.add("lab", f"laboratory: kernel's TCP at {rate} Mbit/s, 10 ms", reached,
                      "Mbit/s", reference=rate, reference_what="Mbit/s",
                      target=f"ratio >= {REACHED}", passed=reached >= REACHED * rate)


def _loss(bench, net, address):
    """Returns the loss counted by the receiver instead of the shaper, at a rate at which sockets
    lose nothing."""
    net.set("both", "delay=0 rate=0 loss=0")
    net.set("ba", f"loss={LOSS}")
    settle(net)
    count = 20000
    with net.socket("b", socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, endpoints.DATAGRAM_BUFFER)
        probe.connect(address)
        _, lost = clients.round_trips_ms(probe, count, 0.0003)
    share = lost / count
    spread = 4 * (LOSS * (1 - LOSS) / count) ** 0.5  # four standard deviations
    say(f"  loss of {LOSS:.2%}: {share:.2%}")
    bench.results.add("lab", f"laboratory: datagrams lost of {count}", share * 100, "%",
                      reference=LOSS * 100, reference_what="%", target="within 4 deviations",
                      passed=abs(share - LOSS) <= spread)
