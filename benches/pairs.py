"""Runs one sender and one receiver as whole processes and tells what it took."""

import os
import pathlib
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
DEADLINE_SECONDS = 120
SAMPLE_MILLISECONDS = 20


@dataclass
class Run:
    """What one transfer took."""

    seconds: float  # from starting the sender until both processes have ended
    sender_peak_kib: int
    receiver_peak_kib: int


@dataclass
class Used:
    """What one process took."""

    peak_kib: int
    cpu_seconds: float


class Pair:
    """A way to send and a way to receive, each a command for a port and a path."""

    def __init__(self, name, sender, receiver, keeps_names=False):
        self.name = name
        self.sender = sender
        self.receiver = receiver
        self.keeps_names = keeps_names

    def run(self, source, folder):
        """Moves `source` into `folder`, compares the sizes and removes the copy."""
        port = free_port()
        target = folder / (source.name if self.keeps_names else "recv.txt")
        receiver = start(self.receiver(port, target))
        sender = None
        try:
            wait_until_listening(port, receiver)
            began = time.monotonic()
            sender = start(self.sender(port, source))
            used = wait_for([sender, receiver])
            seconds = time.monotonic() - began
            if target.stat().st_size != source.stat().st_size:
                raise RuntimeError(f"{self.name}: only {target.stat().st_size} bytes arrived")
            return Run(seconds, *(side.peak_kib for side in used))
        finally:
            for process in filter(None, (sender, receiver)):
                if process.poll() is None:
                    process.kill()
                process.wait()
            target.unlink(missing_ok=True)


def bare_sender(piece=""):
    return lambda port, path: [sys.executable, "-S", "-E", HERE / "bare.py", f"{piece}send", port, path]


def bare_receiver(piece=""):
    return lambda port, path: [sys.executable, "-S", "-E", HERE / "bare.py", f"{piece}receive", port, path]


class Onehop:
    """The terminal program as one device: with a key of its own, and another that it trusts."""

    def __init__(self, program, config):
        self.program = program
        self.config = config
        config.mkdir()
        told = subprocess.run(
            [program, "identity", "--config", config], check=True, capture_output=True, text=True
        )
        self.fingerprint = told.stdout.split()[0]

    def sender(self, trusted=None):
        """To a classic receiver, or to the device that it trusts."""
        words = ["--trust", trusted.fingerprint] if trusted else ["--classic"]
        return lambda port, path: [
            *(self.program, "send", "--config", self.config, "--port", port),
            *(*words, "127.0.0.1", path),
        ]

    def receiver(self, trusted=None):
        """From a classic sender, or from the device that it trusts."""
        words = ["--trust", trusted.fingerprint] if trusted else []
        return lambda port, path: [
            *(self.program, "receive", "--config", self.config, "--port", port, "--bind", "127.0.0.1"),
            *("--dir", path.parent, "--once", "--yes", *words),
        ]


def start(command):
    return subprocess.Popen(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def wait_for(processes):
    """Waits until all have ended well; returns what each of them used, memory as it was seen."""
    used = {process: Used(0, 0) for process in processes}
    ends = select.poll()
    running = {os.pidfd_open(process.pid): process for process in processes}
    for descriptor in running:
        ends.register(descriptor, select.POLLIN)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while running:
        if time.monotonic() > deadline:
            raise RuntimeError("The transfer did not end.")
        for process in running.values():
            used[process].peak_kib = peak_kib(process.pid) or used[process].peak_kib
        for descriptor, _ in ends.poll(SAMPLE_MILLISECONDS):
            ends.unregister(descriptor)
            os.close(descriptor)
            process = running.pop(descriptor)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            used[process].cpu_seconds = usage.ru_utime + usage.ru_stime
    for process in processes:
        if process.returncode:
            raise RuntimeError(f"{process.args[0]} failed: {process.stderr.read().decode()}")
    return list(used.values())


def peak_kib(pid):
    """The high-water mark so far. The one of wait4 would count the memory of this program as well."""
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until_listening(port, process):
    """Looks at the system's table: a connection to try it out would count as a visitor."""
    deadline = time.monotonic() + 10
    wanted = f":{port:04X}"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended: {process.stderr.read().decode()}")
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            with open(table) as lines:
                for fields in map(str.split, lines):
                    if fields[1].endswith(wanted) and fields[3] == "0A":
                        return
        time.sleep(0.005)
    raise RuntimeError(f"Nothing listens on port {port}.")


def make_file(path, size):
    """A file of random bytes, in memory from now on."""
    with open(path, "wb") as file:
        while size:
            piece = os.urandom(min(size, 1 << 20))
            file.write(piece)
            size -= len(piece)
