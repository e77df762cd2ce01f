"""A screen without a screen: Xvfb, programs on it, and xdotool as the hand and scrot as the eye.

    with Desktop() as desktop:
        app = desktop.start("target/release/onehop")
        window = desktop.window("Onehop")
        window.key("ctrl+1")
        desktop.screenshot("out/receive.png")

Leaving the block ends every program that was started, each by its own process id.
"""

import os
import subprocess
import tempfile
import time

DEADLINE_SECONDS = 30
STILL_SECONDS = 0.25
# A key that shows nothing after so long is pressed again, up to so many times in all.
STEP_SECONDS = 8
STEP_TRIES = 4


class Desktop:
    """One X server on a free display, with a window manager and nothing else on it."""

    def __init__(self, size="1280x900", env=None):
        self.size = size
        self.extra_env = env or {}
        self.processes = []

    def __enter__(self):
        try:
            self._start_server()
            self._start_window_manager()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            end(process)

    def start(self, *command, output=subprocess.DEVNULL, errors=subprocess.DEVNULL, **env):
        """Starts a program on this desktop, with these variables on top of its environment."""
        return self._popen(command, env={**self.env, **env}, stdout=output, stderr=errors, text=True)

    def window(self, title):
        """Waits until a window with this title is shown, and gives it the keyboard."""
        found = self.xdotool("search", "--sync", "--onlyvisible", "--name", f"^{title}$")
        window = Window(self, found.split()[0])
        window.focus()
        return window

    def xdotool(self, *arguments):
        """Runs one xdotool command and returns what it printed."""
        done = subprocess.run(
            ["xdotool", *map(str, arguments)],
            env=self.env,
            check=True,
            timeout=DEADLINE_SECONDS,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def screenshot(self, path):
        """Keeps a picture of the whole screen."""
        subprocess.run(
            ["scrot", "--overwrite", str(path)],
            env=self.env,
            check=True,
            timeout=DEADLINE_SECONDS,
            stdout=subprocess.DEVNULL,
        )

    def picture(self):
        """What the screen shows, as bytes to compare."""
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            self.screenshot(file.name)
            return file.read()

    def wait_for_change(self, before, still=STILL_SECONDS, patience=DEADLINE_SECONDS):
        """Waits until the screen shows something else than `before`, and keeps still so long."""
        deadline = time.monotonic() + patience
        earlier, now = before, self.picture()
        while now == before or now != earlier:
            if time.monotonic() > deadline:
                raise TimeoutError("The screen did not change, or does not come to rest.")
            time.sleep(still)
            earlier, now = now, self.picture()

    def _start_server(self):
        readable, writable = os.pipe()
        self._popen(
            [
                "Xvfb",
                "-displayfd",
                str(writable),
                "-screen",
                "0",
                f"{self.size}x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[writable],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writable)
        with open(readable) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.env = {**os.environ, "DISPLAY": f":{number}", **self.extra_env}
        # Whatever session this runs in, the programs are to see this X server and nothing else.
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            self.env.pop(name, None)

    def _start_window_manager(self):
        """It gives a new window the keyboard when that is ready for it, which under Wine, without
        one, stays without if it is given it too early."""
        self.start("openbox")
        deadline = time.monotonic() + DEADLINE_SECONDS
        # The window that a manager of the common kind shows itself by.
        while "window id" not in self._root_property("_NET_SUPPORTING_WM_CHECK"):
            if time.monotonic() > deadline:
                raise TimeoutError("openbox did not start")
            time.sleep(0.05)

    def _root_property(self, name):
        return subprocess.run(
            ["xprop", "-root", name],
            env=self.env,
            check=True,
            timeout=DEADLINE_SECONDS,
            capture_output=True,
            text=True,
        ).stdout

    def _popen(self, command, **options):
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process


class Window:
    """One window on a desktop."""

    def __init__(self, desktop, number):
        self.desktop = desktop
        self.number = number

    def focus(self):
        # Without waiting: a window that has the focus already would be waited for in vain.
        self.desktop.xdotool("windowactivate", self.number)
        time.sleep(STILL_SECONDS)

    def key(self, *keys):
        """Presses keys one after the other, as `ctrl+1` or `Return`, leaving time to draw."""
        for key in keys:
            self.desktop.xdotool("key", key)
            time.sleep(0.15)

    def step(self, *keys):
        """Presses keys one after the other, and waits each time until the screen shows the effect.

        Keys that move the focus come like this: of several that wait in one frame only one counts,
        and on a busy machine a frame can take longer than any fixed pause.
        """
        for key in keys:
            for try_number in range(STEP_TRIES):
                before = self.desktop.picture()
                self.desktop.xdotool("key", key)
                try:
                    self.desktop.wait_for_change(before, patience=STEP_SECONDS)
                    break
                except TimeoutError:
                    if try_number + 1 == STEP_TRIES:
                        raise
                    # Nothing moved, so nobody heard it: the window had lost the keyboard.
                    print("  (the window is given the keyboard again)", flush=True)
                    self.focus()

    def type(self, text):
        """Types text and waits until it is shown."""
        before = self.desktop.picture()
        self.desktop.xdotool("type", "--delay", 30, text)
        self.desktop.wait_for_change(before)

    def click(self, x, y):
        self.desktop.xdotool("mousemove", "--window", self.number, x, y, "click", 1)
        time.sleep(0.15)

    def size(self, width, height):
        self.desktop.xdotool("windowsize", "--sync", self.number, width, height)


def end(process):
    """Ends one process: asks first, insists after five seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def processor_seconds(pid):
    """The processor time a process has used so far, all its threads together."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
