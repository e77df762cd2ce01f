"""Sends files and folders by onehop/1, written from the specification in src/protocol/README.md
alone. Needs nothing but Python's standard library and the package blake3.

    onehop_sender.py PORT IDENTITY PATH... [--host HOST] [--remembers] [--stop-after BYTES]

IDENTITY is a PEM file with a key and its certificate, such as Onehop's own identity.pem. The code,
where there is one, is printed and taken for confirmed: this program is for tests, where the other
side's code is compared afterwards. With --remembers it claims to know the receiver, and with
--stop-after it gives up after so many bytes of content, as a user would who stops it.

Exit code 0 means that the receipt has come and adds up, 3 that it stopped as it was told to.
"""

import argparse
import hashlib
import json
import os
import re
import secrets
import select
import socket
import ssl
import struct
import sys
import time

from blake3 import blake3

GUARD_SECONDS = 60
ABORT_SECONDS = 0.5
GREETING_BYTES = 1024
PIECE_BYTES = 256 * 1024
FULL_BATCH_BYTES = 128 * 1024

HELLO, REVEAL, MANIFEST, MANIFEST_END, WANT_HASH, HASH, ANSWER, ANSWER_END = range(1, 9)
FILE, DATA, END, FAILED, RECEIPT, RECEIPT_END, ABORT = range(9, 16)
LONG_KINDS = {MANIFEST, WANT_HASH, HASH, ANSWER, DATA, RECEIPT}


class Stopped(Exception):
    """This side gives up; `reason` is what the other side is told."""

    def __init__(self, reason, detail=""):
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


class GivenUp(Exception):
    """The other side gave up."""


class Channel:
    """Frames in both directions, over TLS."""

    def __init__(self, tls):
        self.tls = tls

    def say(self, kind, body):
        self.send(kind, json.dumps(body, ensure_ascii=False).encode())

    def send(self, kind, body):
        self.tls.sendall(struct.pack(">IB", len(body), kind))
        self.tls.sendall(body)

    def hear(self, *expected):
        """The next message, which must be of one of these kinds."""
        length, kind = struct.unpack(">IB", self.read(5))
        if length > (256 if kind in LONG_KINDS else 4) * 1024:
            raise Stopped("protocol", f"a frame of kind {kind} with {length} bytes")
        body = self.read(length)
        if kind == ABORT:
            abort = json.loads(body)
            raise GivenUp(f"the receiver gave up: {abort['reason']} {abort.get('detail', '')}")
        if kind not in expected:
            raise Stopped("protocol", f"a frame of kind {kind} instead of {expected}")
        return kind, json.loads(body)

    def listen_in(self):
        """While files are sent, nothing but an abort can come."""
        if self.tls.pending() or select.select([self.tls], [], [], 0)[0]:
            self.hear()

    def read(self, length):
        parts = bytearray()
        while len(parts) < length:
            part = self.tls.recv(length - len(parts))
            if not part:
                raise GivenUp("the connection ended")
            parts += part
        return bytes(parts)

    def abort(self, stop):
        """Says why, then reads a moment, so that the words are not lost to the reset."""
        self.say(ABORT, {"reason": stop.reason, "detail": stop.detail})
        deadline = time.monotonic() + ABORT_SECONDS
        try:
            self.tls.settimeout(ABORT_SECONDS)
            while time.monotonic() < deadline and self.tls.recv(PIECE_BYTES):
                pass
        except OSError:
            pass
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.tls.close()

    def close(self):
        self.tls.unwrap().close()


def main():
    arguments = arguments_given()
    entries = manifest_of(arguments.paths)
    channel, identities = connect(arguments)
    try:
        send(channel, identities, entries, arguments)
    except Stopped as stop:
        channel.abort(stop)
        print(f"stopped: {stop}", flush=True)
        sys.exit(3 if stop.reason == "cancelled" else 1)
    except GivenUp as why:
        sys.exit(str(why))
    channel.close()


def arguments_given():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("identity")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--remembers", action="store_true")
    parser.add_argument("--stop-after", type=int)
    return parser.parse_intermixed_args()


def manifest_of(paths):
    """Entries in order, folders before what is in them, and beside each its path on the disk."""
    entries = []

    def add(path, names):
        status = os.stat(path)
        entry = {"index": len(entries), "path": names, "mtime_ns": status.st_mtime_ns}
        entries.append((entry, path))
        if os.path.isdir(path):
            entry.update(kind="directory", size=0)
            for name in sorted(os.listdir(path)):
                add(os.path.join(path, name), [*names, name])
        else:
            executable = bool(status.st_mode & 0o111)
            entry.update(kind="file", size=status.st_size, executable=executable)

    for path in paths:
        add(path, [os.path.basename(os.path.abspath(path))])
    return entries


def connect(arguments):
    """Takes up the offer and shakes hands. Returns the channel and both identities."""
    address = (arguments.host, arguments.port)
    connection = socket.create_connection(address, timeout=GUARD_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    greeting = b""
    while not (offer := re.search(rb"(?:^|\n)(onehop/1 [0-9a-f]{32}\n)$", greeting)):
        piece = connection.recv(GREETING_BYTES - len(greeting))
        if not piece:
            sys.exit("no offer of onehop/1")
        greeting += piece
    connection.sendall(offer[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # Any certificate will do: its hash is the identity, and the handshake proves the key.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["onehop/1"])
    context.load_cert_chain(arguments.identity)
    tls = context.wrap_socket(connection)
    if tls.selected_alpn_protocol() != "onehop/1":
        sys.exit("the receiver does not speak onehop/1")
    own = certificate_in(arguments.identity)
    receivers = tls.getpeercert(binary_form=True)
    return Channel(tls), [hashlib.sha256(der).digest() for der in (own, receivers)]


def certificate_in(path):
    """The certificate in a PEM file, in DER."""
    with open(path, encoding="utf-8") as file:
        begin, end = (f"-----{word} CERTIFICATE-----" for word in ("BEGIN", "END"))
        return ssl.PEM_cert_to_DER_cert(re.search(f"{begin}.*?{end}", file.read(), re.S)[0])


def send(channel, identities, entries, arguments):
    introduce(channel, identities, entries, arguments)
    announce(channel, entries)
    exceptions = answer(channel, entries)
    refused = [index for index, what in exceptions.items() if what["do"] == "refuse"]
    failed = send_files(channel, entries, exceptions, arguments.stop_after)
    receipt(channel, entries, len(refused) + len(failed))


def introduce(channel, identities, entries, arguments):
    nonce = secrets.token_bytes(32)
    commit = hashlib.sha256(b"onehop/1 commit" + nonce).hexdigest()
    own = {"version": 1, "app": "0", "device": "a Python program", "os": sys.platform}
    channel.say(HELLO, own | {"remembers": arguments.remembers, "commit": commit})
    _, hello = channel.hear(HELLO)
    if hello["version"] != 1:
        raise Stopped("protocol", f"version {hello['version']}")
    sizes = [entry["size"] for entry, _ in entries if entry["kind"] == "file"]
    totals = {"entries": len(entries), "files": len(sizes), "bytes": sum(sizes)}
    channel.say(REVEAL, {"nonce": nonce.hex()} | totals)
    print("to", hello["device"], flush=True)
    if not (arguments.remembers and hello["remembers"]):
        parts = [b"onehop/1 code", *identities, nonce, bytes.fromhex(hello["nonce"])]
        digest = hashlib.sha256(b"".join(parts)).digest()
        code = int.from_bytes(digest[:8], "big") % 1_000_000
        print(f"code {code // 1000:03} {code % 1000:03}", flush=True)


def announce(channel, entries):
    batch, length = [], 0
    for entry, _ in entries:
        batch.append(entry)
        length += len(json.dumps(entry))
        if length >= FULL_BATCH_BYTES:
            channel.say(MANIFEST, {"items": batch})
            batch, length = [], 0
    channel.say(MANIFEST, {"items": batch})
    channel.say(MANIFEST_END, {})


def answer(channel, entries):
    """What the receiver does not want in full, by index."""
    exceptions = {}
    while True:
        kind, body = channel.hear(WANT_HASH, ANSWER, ANSWER_END)
        if kind == ANSWER_END:
            return exceptions
        if kind == WANT_HASH:
            for index in body["items"]:
                item = {"index": index, "blake3": hash_of(entries[index][1])}
                channel.say(HASH, {"items": [item]})
            continue
        if not body["accepted"]:
            sys.exit(f"declined: {body.get('reason')}")
        for item in body.get("items", []):
            exceptions[item["index"]] = item
            details = [item[name] for name in ("offset", "reason") if name in item]
            print(item["do"], "/".join(entries[item["index"]][0]["path"]), *details, flush=True)


def hash_of(path):
    hasher = blake3()
    with open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            hasher.update(piece)
    return hasher.hexdigest()


def send_files(channel, entries, exceptions, stop_after):
    """Returns the indices of files that could not be sent."""
    failed = []
    left = float("inf") if stop_after is None else stop_after
    for index, (entry, path) in enumerate(entries):
        exception = exceptions.get(index, {"do": "send"})
        if entry["kind"] == "directory" or exception["do"] in ("skip", "refuse"):
            continue
        try:
            left = send_file(channel, entry, path, exception, left)
        except FileNotFoundError:
            channel.say(FAILED, {"index": index, "reason": "vanished"})
            failed.append(index)
        channel.listen_in()
    return failed


def send_file(channel, entry, path, exception, left):
    """Returns what is left of the bytes after which to stop."""
    with open(path, "rb") as file:
        hasher, offset = blake3(), 0
        if exception["do"] == "resume":
            hasher.update(file.read(exception["offset"]))
            if hasher.hexdigest() == exception["blake3"]:
                offset = exception["offset"]
            else:
                hasher = blake3()
                file.seek(0)
        channel.say(FILE, {"index": entry["index"], "offset": offset})
        while piece := file.read(PIECE_BYTES):
            channel.send(DATA, piece)
            hasher.update(piece)
            channel.listen_in()
            left -= len(piece)
            if left <= 0:
                raise Stopped("cancelled")
        channel.say(END, {"blake3": hasher.hexdigest()})
    return left


def receipt(channel, entries, missing):
    """Prints it, and checks that each file is accounted for."""
    while True:
        kind, body = channel.hear(RECEIPT, RECEIPT_END)
        if kind == RECEIPT_END:
            break
        for item in body["items"]:
            missing += 1
            print("not saved", "/".join(entries[item["index"]][0]["path"]), item["reason"])
    files = sum(entry["kind"] == "file" for entry, _ in entries)
    if body["files"] + missing != files:
        raise Stopped("protocol", "a receipt that does not add up")
    print("received", body["files"], body["bytes"], flush=True)


if __name__ == "__main__":
    main()
