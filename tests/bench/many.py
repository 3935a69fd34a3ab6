"""Rows about load: many streams through one gateway, memory of an idle stream, an idle gateway."""

import json
import resource
import select
import statistics
import subprocess
import time

import clients
import endpoints
from world import Loopback, Session, cpu_seconds, resident_bytes, say

STREAMS = 1000
FEW_STREAMS = 20
MEMORY_PER_STREAM = 16 << 10
FAIR = 0.9
CROWD = 29  # in addition to the gateway
ENOUGH_CROWD = 26  # a group of this size takes minutes until the last member is in
SERVICES = 20
IDLE_CPU_PERCENT = 1
IDLE_MEMORY_MB = 30


def raise_descriptor_limit():
    """Raises the limit of this process and of its children."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def streams(bench):
    """Opens a thousand idle connections, then runs as many downloads at once."""
    raise_descriptor_limit()
    place = Loopback()
    server, ports = endpoints.start(place, "a", "answerer", "sized")
    session = None
    try:
        say("  joining")
        session = Session(place, {"answerer": ports["answerer"], "sized": ports["sized"]},
                          bench.congestion)
        member = session.join()
        clients.many_downloads(member.at("sized"), 1, 20)  # allocations of the first stream
        _idle_memory(bench, session, member)
        time.sleep(2)
        for count in (FEW_STREAMS, STREAMS):
            _downloads(bench, member, count)
    finally:
        if session:
            session.close()
        endpoints.stop(server)


def _idle_memory(bench, session, member):
    pids = {"gateway": session.gateway.process.pid, "member": member.process.pid}
    before = {name: resident_bytes(pid) for name, pid in pids.items()}
    kept = clients.open_many(member.at("answerer"), STREAMS, 30)
    time.sleep(2)
    bench.results.add("streams", "streams open at once, each used once", len(kept), "",
                      target=f"{STREAMS}", passed=len(kept) == STREAMS)
    for name, pid in pids.items():
        each = (resident_bytes(pid) - before[name]) / max(len(kept), 1)
        bench.results.add("streams", f"memory of an idle stream, {name}", each / 1024, "KiB",
                          target=f"<= {MEMORY_PER_STREAM >> 10} KiB",
                          passed=each <= MEMORY_PER_STREAM)
    for connection in kept:
        connection.close()


def _downloads(bench, member, count):
    say(f"  {count} downloads")
    speeds, seconds = clients.many_downloads(member.at("sized"), count, 60)
    complete = sum(speed > 0 for speed in speeds)
    fairness = clients.jain(speeds)
    bench.results.add("streams", f"{count} streams at once, complete", complete, "",
                      target=f"{count}", passed=complete == count)
    bench.results.add("streams", f"{count} streams at once, Jain fairness", fairness, "",
                      target=f">= {FAIR}", passed=fairness >= FAIR)
    total = complete * endpoints.SIZED_BYTES / seconds / 1e6
    bench.results.add("streams", f"{count} streams at once, together", total, "MB/s")
    bench.results.series.setdefault("streams", {})[str(count)] = {
        "slowest": min(speeds), "median": statistics.median(speeds), "fastest": max(speeds)}


def idle(bench):
    """Measures the processor time of a gateway with twenty unused services in a group of 30."""
    place = Loopback()
    server, ports = endpoints.start(place, "a", "silent")
    session = crowd = None
    try:
        session = Session(place, {f"service{number}": ports["silent"]
                                  for number in range(SERVICES)}, bench.congestion)
        crowd = subprocess.Popen([bench.tool("tox_crowd"), str(CROWD), session.chat_id,
                                  session.world.boot], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        say(f"  {CROWD} others join")
        seen, seconds = wait_for_crowd(crowd)
        say(f"  {seen} met somebody after {seconds:.0f} s")
        time.sleep(15)  # until all members are connected with each other
        pid = session.gateway.process.pid
        before = cpu_seconds(pid)
        during = 10 if bench.quick else 30
        time.sleep(during)
        percent = (cpu_seconds(pid) - before) / during * 100
        memory = resident_bytes(pid) / 1e6
    finally:
        if crowd:
            crowd.stdin.close()
            crowd.wait(20)
            crowd.stdout.close()
        if session:
            session.close()
        endpoints.stop(server)
    bench.results.add("idle", f"idle gateway, {SERVICES} services, group of {seen + 1}", percent,
                      "% of a core", target=f"<= {IDLE_CPU_PERCENT} %",
                      passed=percent <= IDLE_CPU_PERCENT and seen >= ENOUGH_CROWD)
    bench.results.add("idle", "idle gateway, memory", memory, "MB",
                      target=f"<= {IDLE_MEMORY_MB} MB", passed=memory <= IDLE_MEMORY_MB)


def wait_for_crowd(crowd, limit=120):
    """Waits for the crowd, which prints a line for each connected peer; returns their number and
    the seconds that passed."""
    start = time.monotonic()
    seen = 0
    while seen < CROWD and (left := start + limit - time.monotonic()) > 0:
        if select.select([crowd.stdout], [], [], left)[0]:
            seen = json.loads(crowd.stdout.readline())["seen"]
    return seen, time.monotonic() - start
