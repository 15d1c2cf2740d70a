"""What every measured process shares: run one task, then say how it went on the last line.

Standard library only, since it is imported under our environment and under the peers'.
"""

import json
import pathlib
import resource
import sys
import time
import warnings


def gigabytes(who=resource.RUSAGE_SELF):
    """Peak resident memory so far (kilobytes on Linux, bytes on macOS)."""
    status = pathlib.Path("/proc/self/status")
    if who == resource.RUSAGE_SELF and status.exists():
        # getrusage would start at the peak of the process that this one was forked from.
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1e6
    return resource.getrusage(who).ru_maxrss / (1e6 if sys.platform == "linux" else 1e9)


def processor():
    """Seconds of processor time so far, of this process and of those that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def timed(work):
    """Seconds of one call, on the wall and of the processor, and what it returned."""
    start, busy = time.perf_counter(), processor()
    result = work()
    return (time.perf_counter() - start, processor() - busy), result


def main(tasks):
    """Run the task named on the command line; it returns seconds (or None) and checkable facts."""
    name, *arguments = sys.argv[1:]
    warnings.simplefilter("ignore")  # a peer's deprecations say nothing about its speed
    answer = tasks[name](*arguments)
    seconds, facts = answer[:2]
    peak = answer[2] if len(answer) > 2 else gigabytes()
    print(json.dumps({"seconds": seconds, "peak": peak, "facts": facts}))
