"""Row about the metrics: the cost of a scrape of a busy gateway, and its effect on a player."""

import http.client
import socket
import statistics
import threading
import time

import clients
import endpoints
from many import STREAMS, raise_descriptor_limit
from world import Loopback, Session, say

SCRAPE_MS = 10
SCRAPES_PER_SECOND = 5  # scrapers ask every few seconds, an open page every two
PING_APART = 0.005
GAIN_MS = 0.5


def scrape(bench):
    """Measures round trips of datagrams through a gateway with a thousand connections, with and
    without scrapes."""
    from harness import free_port
    raise_descriptor_limit()
    place = Loopback()
    server, ports = endpoints.start(place, "a", "answerer", "echo")
    session = None
    kept = []
    try:
        say("  joining")
        port = free_port()
        session = Session(place, {"answerer": ports["answerer"], "echo": f"{ports['echo']}/udp"},
                          bench.congestion, ["--http", str(port)])
        member = session.join()
        kept = clients.open_many(member.at("answerer"), STREAMS, 30)
        count = int((4 if bench.quick else 15) / PING_APART)
        taken, scrapes = [], []
        for _ in range(bench.repeats):
            taken.append({"unseen": _round_trips(member, count), "scraped": None})
            with Scraper(port, session) as scraper:
                taken[-1]["scraped"] = _round_trips(member, count)
            scrapes += scraper.times_ms
    finally:
        for connection in kept:
            connection.close()
        if session:
            session.close()
        endpoints.stop(server)
    _report(bench, len(kept), taken, scrapes)


class Scraper:
    """Requests the metrics repeatedly in a thread."""

    def __init__(self, port, session):
        self.port = port
        with open(session.world.path("gateway/http-token")) as file:
            self.headers = {"Authorization": f"Bearer {file.read().strip()}"}
        self.times_ms = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self._end.wait(1 / SCRAPES_PER_SECOND):
            start = time.monotonic()
            connection.request("GET", "/metrics", headers=self.headers)
            answer = connection.getresponse()
            body = answer.read()
            self.times_ms.append((time.monotonic() - start) * 1000)
            if answer.status != 200 or b"ngcshare_mappings" not in body:
                raise RuntimeError(f"a scrape failed: {answer.status}")
        connection.close()


def _round_trips(member, count):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(member.at("echo"))
        clients.round_trips_ms(probe, 20)  # opens the mapping
        times, _ = clients.round_trips_ms(probe, count, PING_APART)
    return times


def _report(bench, streams, taken, scrapes):
    median = statistics.median(scrapes)
    bench.results.add("scrape", f"a scrape with {streams} connections, median", median, "ms",
                      target=f"<= {SCRAPE_MS} ms", passed=median <= SCRAPE_MS)
    bench.results.add("scrape", "a scrape, 95th percentile",
                      statistics.quantiles(scrapes, n=20)[18], "ms")
    for what, pick in (("median", statistics.median),
                       ("99th percentile", lambda times: statistics.quantiles(times, n=100)[98])):
        unseen = statistics.median(pick(turn["unseen"]) for turn in taken)
        scraped = statistics.median(pick(turn["scraped"]) for turn in taken)
        bench.results.add("scrape", f"udp round trip while scraped, {what}", scraped, "ms",
                          reference=unseen, reference_what="ms, unseen",
                          target=f"<= unseen + {GAIN_MS} ms", passed=scraped <= unseen + GAIN_MS)
