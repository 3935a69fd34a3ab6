"""Clients of the shared services: each function measures one thing through any address.

    clients.py download HOST PORT SECONDS     measures in a separate process and prints JSON
"""

import json
import select
import socket
import struct
import sys
import time

from endpoints import PATTERN, SIZED_BYTES

CHUNK = 256 << 10
_TWICE = PATTERN + PATTERN[:CHUNK]


def close_at_once(connection):
    """Closes with RST, which discards bytes in flight."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def download(address, seconds, check=False):
    """Reads a source for `seconds` from the connect. Compares the bytes with the pattern only if
    `check`, because a fast stream needs that time."""
    start = time.monotonic()
    received, intact, first = 0, True, None
    buffer = bytearray(CHUNK)
    connection = socket.create_connection(address, timeout=seconds)
    while (left := start + seconds - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            count = connection.recv_into(buffer)
        except TimeoutError:
            break
        if count == 0:
            intact = False  # a source never ends
            break
        first = first or time.monotonic() - start
        if check:
            at = received % len(PATTERN)
            intact = intact and buffer[:count] == _TWICE[at:at + count]
        received += count
    took = time.monotonic() - start
    close_at_once(connection)
    return {"bytes": received, "seconds": took, "mbit": received * 8 / took / 1e6,
            "megabytes_per_second": received / took / 1e6, "intact": intact,
            "first_byte_ms": first and first * 1000}


def first_byte_ms(address, request=b""):
    """Returns the time from the local connect to the service's first byte, in ms."""
    start = time.perf_counter()
    with socket.create_connection(address, timeout=10) as connection:
        if request:
            connection.sendall(request)
        connection.recv(1)
        return (time.perf_counter() - start) * 1000


def round_trips_ms(probe, count, apart=0.0):
    """Measures round trips of small datagrams on a connected socket; returns (times, number lost).
    With `apart` they are sent at that interval in seconds, otherwise one after another."""
    times = {}
    sent = {}
    probe.setblocking(False)
    next_send = time.perf_counter()
    deadline = next_send + count * apart + max(2.0, count * 0.01)
    while len(times) < count and (now := time.perf_counter()) < deadline:
        waiting = len(sent) - len(times)
        if len(sent) < count and ((apart and now >= next_send) or (not apart and waiting == 0)):
            sent[len(sent)] = time.perf_counter()
            probe.send(struct.pack("<I", len(sent) - 1) + bytes(60))
            next_send += apart
            continue
        limit = min(deadline, next_send) if apart and len(sent) < count else deadline
        if not select.select([probe], [], [], max(0.0, min(limit - now, 1.0)))[0]:
            if not apart:
                break  # lost; waiting longer would delay the others
            continue
        came = time.perf_counter()
        number = struct.unpack_from("<I", probe.recv(2048))[0]
        times.setdefault(number, (came - sent[number]) * 1000)
    return list(times.values()), len(sent) - len(times)


def open_many(address, count, limit):
    """Opens connections to an answerer; returns those that have answered once within `limit`
    seconds."""
    ready = select.epoll()
    waiting, answered = {}, []
    for _ in range(count):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(address)
        waiting[connection.fileno()] = connection
        ready.register(connection, select.EPOLLOUT | select.EPOLLONESHOT)
    deadline = time.monotonic() + limit
    while waiting and time.monotonic() < deadline:
        for descriptor, events in ready.poll(1):
            connection = waiting[descriptor]
            try:
                if events & select.EPOLLOUT:
                    connection.send(b"?")
                    ready.modify(descriptor, select.EPOLLIN)
                    continue
                if connection.recv(1):
                    answered.append(connection)
            except OSError:
                pass
            ready.unregister(descriptor)
            del waiting[descriptor]
    for connection in waiting.values():
        connection.close()
    return answered


def many_downloads(address, count, limit):
    """Runs `count` downloads of a sized service at once; returns the MB/s of each, 0 if it did not
    complete within `limit` seconds."""
    ready = select.epoll()
    start = time.monotonic()
    connections, got, speeds = {}, {}, [0.0] * count
    for number in range(count):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(address)
        connections[connection.fileno()] = (number, connection)
        got[connection.fileno()] = 0
        ready.register(connection, select.EPOLLIN)
    while connections and time.monotonic() < start + limit:
        for descriptor, _ in ready.poll(1):
            number, connection = connections[descriptor]
            try:
                part = len(connection.recv(65536))
            except OSError:
                part = 0
            got[descriptor] += part
            if part > 0:
                continue
            if got[descriptor] == SIZED_BYTES:
                speeds[number] = SIZED_BYTES / (time.monotonic() - start) / 1e6
            ready.unregister(descriptor)
            del connections[descriptor]
            connection.close()
    for _, connection in connections.values():
        connection.close()
    return speeds, time.monotonic() - start


def jain(values):
    """Returns Jain's fairness index: 1 if all values are equal, 1/n if one has everything."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 0.0


def main():
    _, _, host, port, seconds = sys.argv
    print(json.dumps(download((host, int(port)), float(seconds))))


if __name__ == "__main__":
    main()
