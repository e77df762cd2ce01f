"""Runs a program on a pseudo terminal and types what it is told to.

    on_a_terminal.py [--columns N] [--expect TEXT | --type TEXT | --type-at-once TEXT]... -- PROGRAM...

The steps are taken in order: wait until TEXT has appeared since the last step, or type TEXT.
\\n is the Enter key and \\x03 is Ctrl-C. Before typing there is a pause, as with a person.
Everything that appears on the terminal is copied to stdout; the exit code is the program's.
"""

import codecs
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

GUARD_SECONDS = 100
PAUSE_SECONDS = 0.6


def main():
    steps, columns, program = parse(sys.argv[1:])
    pid, terminal = pty.fork()
    if pid == 0:
        # Without a TERM, as on a machine that runs checks, no bar would be drawn.
        os.execve(program[0], program, {**os.environ, "TERM": "xterm"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    screen = Screen(terminal)
    for action, text in steps:
        if action == "--expect":
            screen.wait_for(text)
        else:
            if action == "--type":
                time.sleep(PAUSE_SECONDS)
            os.write(terminal, text)
    screen.read_to_end()
    _, status = os.waitpid(pid, 0)
    sys.exit(os.waitstatus_to_exitcode(status))


def parse(arguments):
    split = arguments.index("--")
    options, program = arguments[:split], arguments[split + 1:]
    steps, columns = [], 100
    for name, value in zip(options[::2], options[1::2]):
        if name == "--columns":
            columns = int(value)
        elif name in ("--expect", "--type", "--type-at-once"):
            steps.append((name, codecs.decode(value, "unicode_escape").encode("latin-1")))
        else:
            sys.exit(f"unknown option {name}")
    return steps, columns, program


class Screen:
    """What the program has written so far."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.unread = b""
        self.deadline = time.monotonic() + GUARD_SECONDS

    def wait_for(self, text):
        while text not in self.unread:
            if not self.read():
                sys.exit(f"the program ended before {text}")
        self.unread = self.unread.partition(text)[2]

    def read_to_end(self):
        while self.read():
            pass

    def read(self):
        left = self.deadline - time.monotonic()
        if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
            sys.exit("nothing more came in time")
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # Linux reports the end of a pseudo terminal as an error.
            data = b""
        self.unread += data
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return data


main()
