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

from pairs import Onehop, Pair, bare_receiver, bare_sender, make_file

BARE, SMALL = "bare to bare", "1024-byte pieces"
CLASSIC = "Onehop to bare", "bare to Onehop"
ONEHOP = "Onehop to Onehop"
LARGE = "large"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    options = arguments()
    cli = options.programs / "onehop-cli"
    with tempfile.TemporaryDirectory(prefix="onehop-bench-", dir="/dev/shm") as folder:
        folder = pathlib.Path(folder)
        pairs = make_pairs(cli, folder)
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


def make_pairs(cli, folder):
    """The first four are classic; the last one is encrypted and verified."""
    one, other = (Onehop(cli, folder / name) for name in ("one", "other"))
    to_bare, from_bare = CLASSIC
    return [
        Pair(BARE, bare_sender(), bare_receiver()),
        Pair(to_bare, one.sender(), bare_receiver()),
        Pair(from_bare, bare_sender(), other.receiver()),
        Pair(SMALL, bare_sender("small-"), bare_receiver("small-")),
        Pair(ONEHOP, one.sender(other), other.receiver(one), keeps_names=True),
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
    slower = min(middle[name] for name in CLASSIC)
    print(f"  Classic against pieces of 1024 bytes: at least {slower / middle[SMALL]:.1f} times as fast")


def report_memory(runs):
    heading("Peak memory of onehop-cli, 1 MiB and the large file")
    for side, classic in zip(("sender", "receiver"), CLASSIC):
        for words, pair in (("classic", classic), ("onehop/1", ONEHOP)):
            peaks = [
                max(getattr(run, f"{side}_peak_kib") for run in runs[size][pair]) for size in ("1 MiB", LARGE)
            ]
            row(f"{side}, {words}", *(f"{peak / 1024:6.1f} MiB" for peak in peaks))


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
