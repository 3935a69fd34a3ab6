"""What a virtual machine's host takes away: time in which nothing here ran, whatever its priority."""

# Of the processors' time; above it a row's figures say more about the host than about programs.
DISTURBING_STEAL = 0.03


def _ticks():
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return fields[7], sum(fields[:8])


class Steal:
    """The share of all processors' time that was taken since this was made."""

    def __init__(self):
        self._begin = _ticks()

    def share(self):
        stolen, total = (now - then for now, then in zip(_ticks(), self._begin))
        return stolen / total if total else 0.0
