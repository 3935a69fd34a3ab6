"""Services for the benchmarks: small servers in a process of their own.

    endpoints.py KIND...     prints {"KIND": PORT, ...} and serves until standard input ends

    source   tcp: an endless stream of the pattern, sent with BBR where the kernel has it
    sized    tcp: sends SIZED_BYTES and closes
    greeter  tcp: sends a greeting to each connection
    answerer tcp: answers each request
    silent   tcp: keeps connections open and sends nothing
    echo     udp: sends every datagram back
"""

import json
import os
import random
import select
import socket
import subprocess
import sys
import threading

SIZED_BYTES = 128 << 10
# Prime, and longer than the bytes in flight, so that bytes from another place never match.
PATTERN = random.Random(1).randbytes(4_000_037)
BACKLOG = 2048
DATAGRAM_BUFFER = 4 << 20  # bytes, so that a delayed echo loses nothing


def start(place, side, *kinds):
    """Starts the process; returns it and its ports by kind, on all addresses of the place."""
    child = subprocess.Popen(place.words(side, [sys.executable, os.path.abspath(__file__), *kinds]),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return child, json.loads(child.stdout.readline())


def stop(child):
    child.stdin.close()
    child.wait(10)
    child.stdout.close()


def listen():
    return socket.create_server(("", 0), backlog=BACKLOG)


def each_connection(listener, handler):
    """Handles each connection in a thread; for services with few connections."""
    def handle(connection):
        with connection:
            try:
                handler(connection)
            except OSError:
                pass

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(connection,), daemon=True).start()


def pour(connection):
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bbr")
    except OSError:
        pass  # the benchmark asks the kernel and reports it
    while True:
        connection.sendall(PATTERN)


def greet(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"!")
    connection.recv(1)


def answer(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while part := connection.recv(4096):
        connection.sendall(part)


def keep_silent(listener):
    kept = []
    while True:
        kept.append(listener.accept()[0])


def send_sized(listener):
    """Serves all connections in turn, a piece at a time, so that the server favours none of
    them."""
    body = memoryview(PATTERN)[:SIZED_BYTES]
    listener.setblocking(False)
    ready = select.epoll()
    ready.register(listener, select.EPOLLIN)
    open_connections = {}  # by descriptor: the connection and the number of bytes sent
    while True:
        for descriptor, _ in ready.poll():
            if descriptor == listener.fileno():
                connection, _ = listener.accept()
                connection.setblocking(False)
                open_connections[connection.fileno()] = [connection, 0]
                ready.register(connection, select.EPOLLOUT)
                continue
            entry = open_connections[descriptor]
            connection, sent = entry
            try:
                entry[1] += connection.send(body[sent:sent + 16384])
                done = entry[1] == SIZED_BYTES
            except BlockingIOError:
                continue
            except OSError:
                done = True
            if done:
                ready.unregister(descriptor)
                del open_connections[descriptor]
                connection.close()


def echo_datagrams(server):
    while True:
        data, source = server.recvfrom(65536)
        server.sendto(data, source)


SERVERS = {
    "source": lambda listener: each_connection(listener, pour),
    "sized": send_sized,
    "greeter": lambda listener: each_connection(listener, greet),
    "answerer": lambda listener: each_connection(listener, answer),
    "silent": keep_silent,
    "echo": echo_datagrams,
}


def main():
    ports = {}
    for kind in sys.argv[1:]:
        if kind == "echo":
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, DATAGRAM_BUFFER)
            server.bind(("", 0))
        else:
            server = listen()
        ports[kind] = server.getsockname()[1]
        threading.Thread(target=SERVERS[kind], args=(server,), daemon=True).start()
    print(json.dumps(ports), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
