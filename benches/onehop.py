#!/usr/bin/env python3
"""Measures onehop/1 beside what it competes with. Linux, loopback only, about two minutes.

    cargo build --release --bin onehop-cli --bench bare_stream --bench bare_tls
    benches/onehop.py [--rounds 5] [--mib 1024] [--files 10000] [--million]

Everything lies in memory (/dev/shm, four times the large file). All take turns in every round; the
medians of the times are compared. Processor seconds are those of a whole process. --million sends
that many empty files once and tells the most memory that each side held.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import rivals
from pairs import Onehop, free_port, make_file, start, wait_for, wait_until_listening
from run import heading, row, warm_up

ROOT = pathlib.Path(__file__).resolve().parent.parent
ONEHOP, BARE_TLS, BARE_STREAM = "Onehop", "bare TLS and BLAKE3", "bare stream"


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="onehop-bench-", dir="/dev/shm") as folder:
        folder = pathlib.Path(folder)
        inbox = folder / "inbox"
        inbox.mkdir()
        onehop = Devices(options.programs / "onehop-cli", folder)
        kinds, missing = rivals.available()
        here = {name: kind(folder / name.replace(" ", "-")) for name, kind in kinds.items()}
        try:
            large_file(onehop, here, folder, inbox, options)
            many_files(onehop, here, folder, inbox, options)
            ten_bytes(onehop, folder, inbox, options)
            if options.million:
                million_files(onehop, folder, inbox)
        finally:
            for rival in here.values():
                rival.close()
        print(f"\nNot on this machine, so not measured: {', '.join(missing) or 'nothing'}")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each of them runs (5)")
    parser.add_argument("--mib", type=int, default=1024, help="size of the large file in MiB (1024)")
    parser.add_argument("--files", type=int, default=10_000, help="how many files of 4 KiB (10000)")
    parser.add_argument("--million", action="store_true", help="also send a million empty files")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "target/release")
    return parser.parse_args()


class Devices:
    """Two Onehops that know each other."""

    def __init__(self, program, folder):
        self.one, self.other = (Onehop(program, folder / name) for name in ("one", "other"))
        self.spent = []

    def run(self, source, folder):
        """Seconds; what both sides used is kept in `spent`."""
        commands = self.one.sender(self.other), self.other.receiver(self.one)
        seconds, used = transfer(*commands, source, folder / source.name)
        self.spent.append(used)
        return seconds

    def sides(self):
        """Medians of the processor seconds and the most MiB, for the sender and the receiver."""
        spent, self.spent = self.spent, []
        for side in zip(*spent):
            seconds = statistics.median(used.cpu_seconds for used in side)
            yield seconds, max(used.peak_kib for used in side) / 1024


class Bare:
    def __init__(self, program):
        self.program = program

    def run(self, source, folder):
        def command(word):
            return lambda port, path: [self.program, word, port, path]

        return transfer(command("send"), command("receive"), source, folder / source.name)[0]


def transfer(sender, receiver, source, target):
    """Seconds, and what the sender and the receiver used."""
    port = free_port()
    listening = start(receiver(port, target))
    wait_until_listening(port, listening)
    began = time.monotonic()
    sending = start(sender(port, source))
    used = wait_for([sending, listening])
    return time.monotonic() - began, used


def large_file(onehop, here, folder, inbox, options):
    source = folder / "large"
    make_file(source, options.mib << 20)
    pairs = {ONEHOP: onehop, BARE_TLS: Bare(built("bare_tls"))}
    pairs |= {name: rival for name, rival in here.items() if name != "tar | nc | tar"}
    runs = take_turns(pairs, source, inbox, options.rounds, before=lambda: warm_up(source))
    heading(f"One file of {options.mib} MiB")
    report(runs, lambda seconds: f"{(options.mib << 20) / seconds / 1e6:5.0f} MB/s")
    report_sides(onehop, "processor seconds per GiB", 1024 / options.mib)
    source.unlink()


def many_files(onehop, here, folder, inbox, options):
    source, content = folder / "tree", os.urandom(4096)
    for number in range(options.files):
        parent = source / f"{number // 100:04}"
        parent.mkdir(parents=True, exist_ok=True)
        (parent / f"{number:06}").write_bytes(content)
    # scp asks for every file: it would take as long as all the others together.
    pairs = {ONEHOP: onehop, BARE_STREAM: Bare(built("bare_stream"))}
    pairs |= {name: rival for name, rival in here.items() if name != "scp"}
    runs = take_turns(pairs, source, inbox, options.rounds)
    heading(f"{options.files} files of 4 KiB")
    report(runs, lambda seconds: f"{seconds * 1000:5.0f} ms")
    report_sides(onehop, "processor seconds", 1)
    rivals.remove(source)


def ten_bytes(onehop, folder, inbox, options):
    source = folder / "ten"
    make_file(source, 10)
    runs = take_turns({ONEHOP: onehop}, source, inbox, options.rounds)
    heading("10 bytes between devices that know each other, whole processes")
    report(runs, lambda seconds: f"{seconds * 1000:5.1f} ms")
    report_sides(onehop, "processor seconds", 1)


def million_files(onehop, folder, inbox):
    source = folder / "million"
    for number in range(1000):
        parent = source / f"folder {number:04}"
        parent.mkdir(parents=True)
        for file in range(1000):
            (parent / f"photo {file:04}.jpg").touch()
    runs = take_turns({ONEHOP: onehop}, source, inbox, 1)
    heading("A million empty files")
    report(runs, lambda seconds: f"{seconds:5.1f} s")
    report_sides(onehop, "processor seconds", 1)


def take_turns(pairs, source, inbox, rounds, before=lambda: None):
    runs = {name: [] for name in pairs}
    names = list(pairs)
    for number in range(rounds):
        print(f"{source.name}: round {number + 1} of {rounds}", file=sys.stderr)
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            before()
            runs[name].append(pairs[name].run(source, inbox))
            for entry in inbox.iterdir():
                rivals.remove(entry)
    return runs


def report(runs, words):
    ours = statistics.median(runs[ONEHOP])
    for name, many in runs.items():
        middle = statistics.median(many)
        row(name, words(middle), f"Onehop takes {ours / middle:4.2f} of its time")


def report_sides(onehop, words, scale):
    for side, (seconds, mib) in zip(("sender", "receiver"), onehop.sides()):
        row(f"  {side}", f"{seconds * scale:.2f} {words}", f"at most {mib:.0f} MiB")


def built(name):
    """Where cargo put a measuring stick: its name has a hash in it."""
    found = (ROOT / "target/release/deps").glob(f"{name}-*")
    found = [path for path in found if not path.suffix and os.access(path, os.X_OK)]
    if not found:
        sys.exit(f"First: cargo build --release --bench {name}")
    return max(found, key=lambda path: path.stat().st_mtime)


if __name__ == "__main__":
    main()
