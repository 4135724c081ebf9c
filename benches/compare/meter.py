"""What a process spends: wall seconds, CPU seconds, memory. Read from outside or by the process itself, alike."""

import os
import pathlib
import subprocess
import time


class Meter:
    """Measures one stretch of work of a process, ours or another's.

    CPU is that of all its threads, also of those that have ended, from the kernel's clock of the process: nanoseconds.
    Memory is resident, in MB (2^20 bytes): the peak during the work.
    """

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")
        # The kernel's id of a process's CPU clock, see clock_getcpuclockid(3).
        self.clock = (~pid << 3) | 2

    def begin(self):
        # Sets the peak back to what is resident now, see proc(5).
        (self.folder / "clear_refs").write_text("5")
        self.cpu_began = self.cpu_s()
        self.began = time.perf_counter()

    def since_s(self):
        return time.perf_counter() - self.began

    def end(self):
        return dict(wall_s=self.since_s(), cpu_s=self.cpu_s() - self.cpu_began, peak_mb=self.memory("VmHWM"))

    def cpu_s(self):
        return time.clock_gettime(self.clock)

    def memory(self, line="VmRSS"):
        for row in (self.folder / "status").read_text().splitlines():
            if row.startswith(line):
                return int(row.split()[1]) / 1024
        raise OSError(f"{self.folder} tells no {line}")


def run(command, **streams):
    """Runs a command to its end: its exit code, and what it spent from first to last."""
    process = subprocess.Popen(command, **streams)
    meter = Meter(process.pid)
    meter.begin()
    # Not reaped yet, a process that has ended still tells its CPU time; its memory comes with its status.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    spent = dict(wall_s=meter.since_s(), cpu_s=meter.cpu_s())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, dict(spent, peak_mb=usage.ru_maxrss / 1024)
