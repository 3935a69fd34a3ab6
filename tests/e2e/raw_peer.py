"""Drives tests/support/raw_peer.cc: a peer whose packets are written by hand."""

import re

import wire
from process import Node


class RawPeer(Node):
    def meet(self, key, process, timeout=60):
        """Waits until this peer and a process of ngcshare, which has this key, see each other:
        toxcore acknowledges and drops a message of a peer whose role it has not learned yet."""
        self.event("peer", timeout, key=key)
        own_key = (self.events("founded") + self.events("joined"))[0]["own_key"]
        process.wait_log(f"peer {own_key[:8]} joined", timeout)

    def tell(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()

    def send(self, peer_key, packet_hex, lossless=True):
        self.tell("private", "lossless" if lossless else "lossy", peer_key, packet_hex)

    def send_public(self, packet_hex, lossless=True):
        self.tell("public", "lossless" if lossless else "lossy", packet_hex)

    def flush(self):
        """Waits until all instructions have been carried out."""
        self.flushes = getattr(self, "flushes", 0) + 1
        self.tell("flush", self.flushes)
        self.event("flushed", word=str(self.flushes))

    def packet(self, pattern, timeout=20, **fields):
        """Waits for and returns the first packet whose hex has this prefix and that was not
        returned before."""
        begins = re.compile(pattern)

        def matches(event):
            return event.get("event") == "packet" and begins.match(event["hex"]) and all(
                event.get(key) == value for key, value in fields.items())
        return self.wait_event(matches, timeout)

    def packets(self, pattern):
        """Returns all such packets so far, including those returned before."""
        return [event for event in self.events("packet") if re.match(pattern, event["hex"])]

    def offer(self, name, timeout=20, **fields):
        """Waits for and returns the first Offer of this name that was not returned before."""
        marker = wire.OFFER + "[0-9a-f]{14}" + wire.u8(len(name.encode())) + name.encode().hex()
        return wire.parse_offer(self.packet(marker, timeout, **fields)["hex"])

    def answer(self, timeout=20):
        """Waits for the next private message and returns its text."""
        return self.event("message", timeout, private=True)["text"]
