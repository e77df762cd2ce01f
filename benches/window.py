"""How soon the window shows something, and what it costs while nothing happens."""

import os
import pathlib
import re
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))

from desktop import Desktop, end, processor_seconds  # noqa: E402

STARTS = 10
SETTLE_SECONDS = 3
IDLE_SECONDS = 10
FIRST_FRAME = re.compile(rb"first frame")


def report(program):
    """Prints the medians for this program, drawn by software on a virtual screen."""
    with tempfile.TemporaryDirectory(prefix="onehop-bench-") as folder, Desktop() as desktop:
        environment = {"ONEHOP_CONFIG_DIR": folder, "RUST_LOG": "onehop=debug"}
        starts = [start_seconds(desktop, program, environment) for _ in range(STARTS)]
        print("\nThe window, drawn by software under Xvfb")
        print(f"  first frame after       {statistics.median(starts) * 1000:4.0f} ms (median of {STARTS})")

        app = desktop.start(program, **environment)
        desktop.window("Onehop")
        time.sleep(SETTLE_SECONDS)
        before = processor_seconds(app.pid)
        time.sleep(IDLE_SECONDS)
        used = processor_seconds(app.pid) - before
        print(
            f"  idle                    {used / IDLE_SECONDS * 100:4.2f} % of one processor over {IDLE_SECONDS} s"
        )
        print(f"  memory                  {resident_mib(app.pid):4.0f} MiB resident")


def start_seconds(desktop, program, environment):
    """From starting the process to the line it logs when its first frame is drawn."""
    readable, writable = os.pipe()
    began = time.monotonic()
    app = desktop.start(program, errors=writable, **environment)
    os.close(writable)
    try:
        with open(readable, "rb") as lines:
            for line in lines:
                if FIRST_FRAME.search(line):
                    return time.monotonic() - began
        raise RuntimeError("The window ended without a first frame.")
    finally:
        end(app)


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
