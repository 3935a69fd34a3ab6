"""Takes mends out of a copy of the source, one after another, and shows which faults the mixed
simulation finds.

    faults.py --check     fails if a mend is not where the table says
    faults.py [NAME…]     builds and runs all faults, or some
"""

import argparse
import dataclasses
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEEDS = "1000"
# Small units, so that a fault compiles little; NDEBUG, so that it is the simulation that finds it.
SETTINGS = ["-DCMAKE_BUILD_TYPE=Release", "-DNGCSHARE_UNITY=OFF", "-DNGCSHARE_BENCH=OFF",
            "-DNGCSHARE_PACKAGE=OFF"]
NOT_FOUND = "NOT FOUND"


@dataclasses.dataclass
class Fault:
    name: str
    file: str
    edits: list  # of pairs: what stands in the file, once, and what it is replaced by


FAULTS = [
    Fault("datagrams-do-not-count-as-delivered", "protocol/link/link_receive.cc", [(
        "    sampler_.on_acked(datagram.snapshot, datagram.at, datagram.bytes, event.now);\n"
        "    event.acked_bytes += datagram.bytes;\n",
        "    static_cast<void>(datagram);\n")]),
    Fault("a-paused-reader-holds-the-links-window", "protocol/link/flow_control.cc", [(
        "  if (short_ || taken_ + window_ <= limit_) return;\n"
        "  limit_ = taken_ + window_;\n",
        "  if (short_ || read_ + window_ <= limit_) return;\n"
        "  limit_ = read_ + window_;\n"),
        ("  read_ += bytes;\n  retry();\n", "  read_ += bytes;\n  raise();\n"),
        ("stream.taken_ - stream.read_;\n  if (!end_known) expect_end(id, stream.taken_);\n"
         "  retry();\n",
         "stream.taken_ - stream.read_;\n  if (!end_known) expect_end(id, stream.taken_);\n"
         "  raise();\n")]),
    Fault("bytes-of-a-refused-accept-do-not-count", "protocol/session/peer_session.cc", [(
        "  if (ids_.end(id)) link_.give_up_unopened(id);\n",
        "  ids_.end(id);\n")]),
    Fault("a-mapping-may-have-its-offers-id", "protocol/session/peer_session_receive.cc", [(
        " && mapping_id == accept.offer_id) {\n", " && mapping_id == 0) {\n")]),
    Fault("a-broken-limit-earns-credit", "protocol/link/flow_control.cc", [(
        "  if (end > stream.limit_ || more > limit_ - taken_) return false;\n"
        "  stream.taken_ = end;\n"
        "  taken_ += more;\n",
        "  stream.taken_ = end;\n"
        "  taken_ += more;\n"
        "  if (end > stream.limit_ || taken_ > limit_) return false;\n")]),
    Fault("a-mapping-killed-as-closed-keeps-its-stream", "protocol/session/peer_session.cc", [(
        "link_.end_stream(id, mapping.both_finished());",
        "link_.end_stream(id, reason == KillReason::kClosed);")]),
    Fault("ends-that-nobody-acknowledges-are-not-bounded", "protocol/session/peer_session.cc", [(
        "  return mappings_.size() >= config_.max_mappings ||\n"
        "         link_.unfinished_ends() >= config_.max_mappings;\n",
        "  return mappings_.size() >= config_.max_mappings;\n")]),
    Fault("each-limit-calls-all-streams", "protocol/link/link_receive.cc", [(
        "                          flow_.on_limit(limit.limit);\n",
        "                          flow_.on_limit(limit.limit);\n"
        "                          std::vector<MsgId> ids;\n"
        "                          for (const auto& one : streams_) ids.push_back(one.first);\n"
        "                          for (const MsgId id : ids) handler_.on_writable(id, now);\n")]),
    Fault("a-wrong-digest-has-all-mappings-asked-for", "protocol/session/mapping_table.cc", [(
        "    } else if (check_budget_.take(now)) {\n",
        "    } else if (check_budget_.take(now) || true) {\n")]),
    Fault("memory-is-not-given-back", "protocol/link/memory_budget.cc", [(
        "  budget_->held_ -= bytes;\n  if (was_large", "  if (was_large")]),
    Fault("datagrams-over-a-relay-are-not-bounded", "protocol/session/peer_link.cc", [(
        "  return relay_allowance_.take(on_wire, in_flight, round_trip, now);\n",
        "  return relay_allowance_.take(on_wire, in_flight, round_trip, now) || true;\n")]),
    Fault("a-peer-is-believed-what-it-cannot-have-received", "protocol/link/sent_packets.cc", [(
        "    peer_lies_ = peer_lies_ || skipped_.any_in(begin, end);\n",
        "    peer_lies_ = peer_lies_ || (false && skipped_.any_in(begin, end));\n")]),
    Fault("accepts-over-the-link-go-without-an-answer", "protocol/session/peer_session_receive.cc", [(
        "    if (way == Way::kLink && !link_.has_stream(mapping_id)) {\n",
        "    if (way == Way::kLink && mapping_id == 0) {\n")]),
    Fault("the-peer-is-not-told-of-what-ends-with-an-offer", "protocol/session/peer_session.cc", [(
        "  for (const MsgId mapping : told) kill(mapping, reason, now);\n", "")]),
]


def taken_out(fault, root):
    """Returns the file's text without the mend."""
    with open(os.path.join(root, fault.file), encoding="utf-8") as file:
        text = file.read()
    for mend, instead in fault.edits:
        if text.count(mend) != 1:
            raise LookupError(f"{fault.name}: not once in {fault.file}: {mend}")
        text = text.replace(mend, instead)
    return text


def outcome(fault, root, build):
    """Builds the simulation without the mend, runs it and returns a line that says what it found."""
    path = os.path.join(root, fault.file)
    with open(path, encoding="utf-8") as file:
        whole = file.read()
    text = taken_out(fault, root)
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(["cmake", "--build", build, "--target", "simulation_test"], check=True,
                       stdout=subprocess.DEVNULL)
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(whole)
    run = subprocess.run([os.path.join(build, "tests/simulation/simulation_test"),
                          "--gtest_filter=Mixed.*"], env={**os.environ, "NGCSHARE_SEEDS": SEEDS},
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode == 0:
        return NOT_FOUND
    seed = re.search(r"seed (\d+)", run.stdout)
    what = re.search(r"(Value of|Expected[^:]*|Which is): .*|.*Assertion.*", run.stdout)
    return (f"seed {seed[1] if seed else '?'}: "
            f"{what[0].strip() if what else f'exit {run.returncode}'}")


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true")
    options.add_argument("names", nargs="*")
    chosen = options.parse_args()
    if chosen.check:
        for fault in FAULTS:
            taken_out(fault, ROOT)
        return 0
    missed = 0
    with tempfile.TemporaryDirectory(prefix="ngcshare-faults-") as scratch:
        root = os.path.join(scratch, "source")
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("build", ".git"), symlinks=True)
        build = os.path.join(scratch, "build")
        subprocess.run(["cmake", "-S", root, "-B", build, "-G", "Ninja", *SETTINGS], check=True,
                       stdout=subprocess.DEVNULL)
        for fault in FAULTS:
            if chosen.names and fault.name not in chosen.names:
                continue
            found = outcome(fault, root, build)
            missed += found == NOT_FOUND
            print(f"{fault.name:50} {found}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
