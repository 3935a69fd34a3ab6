"""Sample status reports of a gateway, from empty to excessive."""

import hashlib
import math
import time

HOSTILE = [
    "<img src=x onerror=alert(1)>", "<script>window.hacked = 1</script>", '"><svg onload=alert(1)>',
    "\u202egnp.evil\u2066", "admin\u200b\u200d\x07\x1b[31m", "Z\u0351\u0342\u0313\u034a\u0357a" * 8,
    "W" * 300, "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "${7*7}{{7*7}}", "__proto__", "line\nbreak\r\ttab",
]


def key(seed):
    return hashlib.sha256(str(seed).encode()).hexdigest().upper()


CHAT_ID = key("group")


def service(name, **members):
    return {"name": name, "description": "", "host": "127.0.0.1", "ports": "tcp 8080", "group": None,
            "enabled": True, "policy": "members", "observers": False, "target": "up",
            "connections": 0, "bytes_in": 0, "bytes_out": 0,
            "limits": {"connections_per_peer": None, "connections": None, "rate_per_peer": None,
                       "rate": None}, **members}


def connection(number, nick, **members):
    return {"id": number, "service": "minecraft", "port": 25565, "chat_id": CHAT_ID,
            "peer": key(nick), "nick": nick, "transport": "tcp", "seconds": 123.4 * number,
            "bytes_in": 48_000 * number, "bytes_out": 2_310_000 * number, **members}


def link(nick, **members):
    return {"chat_id": CHAT_ID, "peer": key(nick), "nick": nick, "path": "direct", "mode": "link",
            "connections": 4, "rtt_ms": 51.2, "min_rtt_ms": 50.1, "lost": 0.001,
            "window_bytes": 100_000, "in_flight_bytes": 5_000, "sent_per_second": 1e6,
            "received_per_second": 2e4, "packets_sent": 12_000, "packets_lost": 12, **members}


def empty():
    return {"version": "0.1.0", "toxcore": "0.2.22", "time": int(time.time()), "uptime": 12,
            "ready": False, "not_ready": "the network is not reached yet", "network": "none",
            "groups": [], "services": [], "connections": [], "connections_total": 0, "links": [],
            "refusals": {}, "dropped": {}, "throughput": {"interval": 2, "in": [], "out": []},
            "log": []}


def ordinary():
    now = int(time.time())
    samples = range(150)
    return {
        **empty(), "uptime": 93_784, "ready": True, "not_ready": "", "network": "udp",
        "groups": [{"chat_id": CHAT_ID, "name": "friends", "connected": True,
                    "peers": {"direct": 3, "relay": 1, "lost": 0}}],
        "services": [
            service("minecraft", description="Survival, version 1.21", ports="tcp 25565, udp 24454",
                    connections=2, bytes_in=48_123_000, bytes_out=2_310_456_000,
                    limits={"connections_per_peer": 4, "connections": None, "rate_per_peer": None,
                            "rate": 1_000_000}),
            service("wiki", description="Rules, maps and who built what", policy="list",
                    host="10.0.0.7", target="down", bytes_in=512, bytes_out=90_210),
            service("music", enabled=False, target="unknown", observers=True)],
        "connections": [connection(17, "alice"), connection(18, "bob", transport="udp", port=24454)],
        "connections_total": 2,
        "links": [link("alice"),
                  link("bob", path="relay", rtt_ms=182.0, min_rtt_ms=171.4, lost=0.061),
                  link("carol", mode="base", rtt_ms=None, min_rtt_ms=None, lost=None,
                       window_bytes=None, in_flight_bytes=None)],
        "refusals": {"denied": 3, "limit": 1},
        "dropped": {"malformed": 2, "stale": 10, "unknown": 0, "public": 0, "overflow": 0},
        "throughput": {"interval": 2,
                       "in": [40_000 + 25_000 * math.sin(i / 9) for i in samples],
                       "out": [900_000 + 600_000 * math.sin(i / 14) + 2_000 * i for i in samples]},
        "log": [{"time": now - 5, "level": "info", "event": "peer.joined",
                 "message": "peer 1A2B3C4D joined"},
                {"time": now - 60, "level": "warning", "event": "target.down",
                 "message": "wiki does not answer at 10.0.0.7:8080"},
                {"time": now - 3000, "level": "error", "event": "database.slow",
                 "message": "a write took 2.1 s"},
                {"time": now - 90000, "level": "debug", "event": "offer.made",
                 "message": "minecraft is offered"}],
    }


def busy(connections=500):
    status = ordinary()
    names = [f"player{number:02}" for number in range(40)]
    status["services"] = [service(f"game {number}", connections=number * 7, bytes_in=number * 10**7,
                                  bytes_out=number * 10**9) for number in range(12)]
    status["connections"] = [connection(number, names[number % len(names)])
                             for number in range(1, connections + 1)]
    status["connections_total"] = connections + 734
    status["links"] = [link(name, rtt_ms=20 + 7 * at) for at, name in enumerate(names)]
    status["log"] = [{"time": status["time"] - number, "level": "info", "event": "mapping.opened",
                      "message": f"connection {number} to minecraft"} for number in range(100)]
    return status


def hostile():
    status = ordinary()
    status["groups"].append({"chat_id": key("other"), "name": HOSTILE[0], "connected": False,
                             "peers": {"direct": 0, "relay": 0, "lost": 2}})
    status["services"] = [service(name, description=name, connections=1) for name in HOSTILE]
    status["connections"] = [connection(number, name, service=name)
                             for number, name in enumerate(HOSTILE, 1)]
    status["links"] = [link(name) for name in HOSTILE]
    status["refusals"] = {name: 1 for name in HOSTILE}
    status["not_ready"], status["ready"] = HOSTILE[0], False
    status["log"] = [{"time": status["time"], "level": name, "event": name, "message": name}
                     for name in HOSTILE]
    return status
