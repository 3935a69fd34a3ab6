"""Measures steal time: time that a virtual machine's host takes from all programs here."""

# Share of the processors' time; above it, a row's figures say more about the host than about the
# programs.
DISTURBING_STEAL = 0.03


def _ticks():
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return fields[7], sum(fields[:8])


class Steal:
    """Measures the stolen share of all processors' time since its creation."""

    def __init__(self):
        self._begin = _ticks()

    def share(self):
        stolen, total = (now - then for now, then in zip(_ticks(), self._begin))
        return stolen / total if total else 0.0
