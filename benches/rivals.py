"""Other programs that move files, each as one sender and one receiver on this machine.

Every function says whether the program is here; those that are not are named and left out.
"""

import contextlib
import getpass
import os
import pathlib
import shutil
import subprocess
import time

from pairs import free_port, start, wait_until_listening


def available():
    """The rivals that this machine has, by name, and the names of those that it has not."""
    known = {
        "scp": (Scp, ("scp", "sshd", "ssh-keygen")),
        "rsync daemon": (Rsync, ("rsync",)),
        "tar | nc | tar": (Tar, ("tar", "nc")),
    }
    here = {name: kind for name, (kind, needs) in known.items() if all(map(which, needs))}
    return here, [name for name in known if name not in here]


def which(program):
    return shutil.which(program, path="/usr/bin:/bin:/usr/sbin:/usr/local/bin")


class Server:
    """A program that waits on a port until it is ended."""

    def __init__(self, command, port):
        self.process = start(command)
        wait_until_listening(port, self.process)

    def close(self):
        self.process.terminate()
        self.process.wait()


class Scp:
    """OpenSSH with its own choice of cipher, to a server with a key of its own."""

    def __init__(self, folder):
        folder.mkdir()
        if os.geteuid() == 0:
            # The service makes it when the system starts it, and here it was not; root's sshd keeps
            # its unprivileged half in there.
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        for name in ("host", "user"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
            subprocess.run(command, check=True)
        self.user_key, self.port = folder / "user", free_port()
        settings = {
            "ListenAddress": "127.0.0.1",
            "HostKey": folder / "host",
            "AuthorizedKeysFile": folder / "user.pub",
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
            "Subsystem": "sftp internal-sftp",
        }
        options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        self.server = Server([which("sshd"), "-D", "-f", "/dev/null", "-p", self.port, *options], self.port)

    def run(self, source, folder):
        options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
        words = [word for option in options for word in ("-o", option)]
        where = f"{getpass.getuser()}@127.0.0.1:{folder}/"
        return timed(["scp", "-q", "-r", "-P", self.port, "-i", self.user_key, *words, source, where])

    def close(self):
        self.server.close()


class Rsync:
    """A daemon without encryption; whole files, since there are no older ones."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.config, self.port = folder / "in", folder / "rsyncd.conf", free_port()
        self.folder.mkdir()
        # As root it would become nobody, who may not write here.
        owner = "uid = 0\ngid = 0\n" if os.getuid() == 0 else ""
        module = f"[in]\npath = {self.folder}\nread only = no\n{owner}"
        self.config.write_text(f"use chroot = no\n{module}")
        words = ["--daemon", "--no-detach", f"--port={self.port}", "--address=127.0.0.1"]
        self.server = Server(["rsync", *words, f"--config={self.config}"], self.port)

    def run(self, source, _):
        seconds = timed(["rsync", "-aW", source, f"rsync://127.0.0.1:{self.port}/in/"])
        for entry in self.folder.iterdir():
            remove(entry)
        return seconds

    def close(self):
        self.server.close()


class Tar:
    """What people type into two shells."""

    def __init__(self, _):
        pass

    def run(self, source, folder):
        port = free_port()
        receiver = start(["sh", "-c", f"nc -l -N 127.0.0.1 {port} < /dev/null | tar -C '{folder}' -xf -"])
        wait_until_listening(port, receiver)
        began = time.monotonic()
        words = f"tar -C '{source.parent}' -cf - '{source.name}' | nc -N 127.0.0.1 {port}"
        subprocess.run(["sh", "-c", words], check=True, stdout=subprocess.DEVNULL)
        receiver.wait()
        return time.monotonic() - began

    def close(self):
        pass


def timed(command):
    began = time.monotonic()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def remove(path):
    """A file or a folder."""
    with contextlib.suppress(NotADirectoryError):
        shutil.rmtree(path)
        return
    path.unlink()
