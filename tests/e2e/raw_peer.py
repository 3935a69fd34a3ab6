"""Drives tests/support/raw_peer.cc: a peer whose packets are written by hand."""

import re

import wire
from process import Node


class RawPeer(Node):
    def tell(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()

    def send(self, peer_key, packet_hex, lossless=True):
        self.tell("private", "lossless" if lossless else "lossy", peer_key, packet_hex)

    def send_public(self, packet_hex, lossless=True):
        self.tell("public", "lossless" if lossless else "lossy", packet_hex)

    def flush(self):
        """Waits until all that was told has been done."""
        self.flushes = getattr(self, "flushes", 0) + 1
        self.tell("flush", self.flushes)
        self.event("flushed", word=str(self.flushes))

    def packet(self, pattern, timeout=20, **fields):
        """The first packet whose hex begins so and that was not given out before."""
        begins = re.compile(pattern)

        def matches(event):
            return event.get("event") == "packet" and begins.match(event["hex"]) and all(
                event.get(key) == value for key, value in fields.items())
        return self.wait_event(matches, timeout)

    def packets(self, pattern):
        """All of them so far, given out or not."""
        return [event for event in self.events("packet") if re.match(pattern, event["hex"])]

    def offer(self, name, timeout=20, **fields):
        """The first Offer of this name that was not given out before."""
        marker = wire.OFFER + "[0-9a-f]{14}" + wire.u8(len(name.encode())) + name.encode().hex()
        return wire.parse_offer(self.packet(marker, timeout, **fields)["hex"])

    def answer(self, timeout=20):
        """The text of the next private message."""
        return self.event("message", timeout, private=True)["text"]
