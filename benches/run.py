#!/usr/bin/env python3
"""Measures the speed and size of Onehop and prints a table. Linux, loopback only, about two minutes.

    cargo build --release
    benches/run.py [--rounds 5] [--mib 1024] [--without-window]

Files lie in memory (/dev/shm, three times the large file). The pairs take turns, so that whatever
else the machine does hits all of them alike; medians and best runs are compared. Every pair also
moves ten bytes; subtracting that leaves the stream itself, without starting processes and without
the 50 ms that a classic sender listens to a greeting.
"""

import argparse
import pathlib
import shutil
import statistics
import sys
import tempfile

from pairs import Pair, bare_receiver, bare_sender, make_file, onehop_receiver, onehop_sender

BARE, ONEHOP, SMALL = "bare to bare", "Onehop to Onehop", "1024-byte pieces"
LARGE = "large"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    options = arguments()
    cli = options.programs / "onehop-cli"
    with tempfile.TemporaryDirectory(prefix="onehop-bench-", dir="/dev/shm") as folder:
        folder = pathlib.Path(folder)
        pairs = make_pairs(cli)
        runs = measure(pairs, folder, options)
        report_streams(runs, options.mib)
        report_memory(runs)
    report_sizes(options.programs)
    if not options.without_window:
        import window

        window.report(options.programs / "onehop")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair runs (5)")
    parser.add_argument("--mib", type=int, default=1024, help="size of the large file in MiB (1024)")
    parser.add_argument(
        "--programs", type=pathlib.Path, default=ROOT / "target/release", help="where they were built"
    )
    parser.add_argument("--without-window", action="store_true", help="leave out what needs Xvfb and xdotool")
    return parser.parse_args()


def make_pairs(cli):
    return [
        Pair(BARE, bare_sender(), bare_receiver()),
        Pair(ONEHOP, onehop_sender(cli), onehop_receiver(cli)),
        Pair("Onehop to bare", onehop_sender(cli), bare_receiver()),
        Pair("bare to Onehop", bare_sender(), onehop_receiver(cli)),
        Pair(SMALL, bare_sender("small-"), bare_receiver("small-")),
    ]


def measure(pairs, folder, options):
    """Runs every pair with every size, in turns: runs[size name][pair name] is a list."""
    sizes = {"10 bytes": 10, "1 MiB": 1 << 20, LARGE: options.mib << 20}
    for name, size in sizes.items():
        make_file(folder / name, size)
    inbox = folder / "inbox"
    inbox.mkdir()
    runs = {name: {pair.name: [] for pair in pairs} for name in sizes}
    for round_number in range(options.rounds):
        print(f"round {round_number + 1} of {options.rounds}", file=sys.stderr)
        turn = round_number % len(pairs)
        for name in sizes:
            for pair in pairs[turn:] + pairs[:turn]:
                if name == LARGE:
                    warm_up(folder / LARGE)
                runs[name][pair.name].append(pair.run(folder / name, inbox))
    return runs


def warm_up(source):
    """Takes as much memory as the copy will need and gives it back, so that no pair pays for fresh pages."""
    copy = source.with_suffix(".copy")
    shutil.copyfile(source, copy)
    copy.unlink()


def report_streams(runs, mib):
    heading(f"{mib} MiB over loopback: stream and ratio to the bare pair (median, best), whole, 10 bytes")
    tiny = {name: median(many) for name, many in runs["10 bytes"].items()}
    middle = {name: (mib << 20) / (median(many) - tiny[name]) for name, many in runs[LARGE].items()}
    best = {name: (mib << 20) / (fastest(many) - tiny[name]) for name, many in runs[LARGE].items()}
    for name, many in runs[LARGE].items():
        row(
            name,
            f"{middle[name] / 1e6:5.0f} MB/s {middle[name] / middle[BARE]:5.2f}",
            f"{best[name] / 1e6:5.0f} MB/s {best[name] / best[BARE]:5.2f}",
            f"{median(many) * 1000:6.0f} ms",
            f"{tiny[name] * 1000:5.1f} ms",
        )
    print(f"  Onehop's pair against pieces of 1024 bytes: {middle[ONEHOP] / middle[SMALL]:.1f} times as fast")


def report_memory(runs):
    heading("Peak memory, 1 MiB and the large file")
    for side in ("sender", "receiver"):
        peaks = [
            max(getattr(run, f"{side}_peak_kib") for run in runs[size][ONEHOP]) for size in ("1 MiB", LARGE)
        ]
        row(f"onehop-cli, {side}", *(f"{peak / 1024:6.1f} MiB" for peak in peaks))


def report_sizes(programs):
    heading("Size of the programs")
    for name in ("onehop", "onehop-cli"):
        program = programs / name
        if program.exists():
            row(name, f"{program.stat().st_size / 1e6:6.1f} MB")


def median(runs):
    return statistics.median(run.seconds for run in runs)


def fastest(runs):
    return min(run.seconds for run in runs)


def heading(text):
    print(f"\n{text}")


def row(name, *cells):
    print(f"  {name:22}" + "  ".join(cells))


if __name__ == "__main__":
    main()
