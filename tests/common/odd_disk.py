"""A disk of its own kind, in memory, served over /dev/fuse while a command runs:

    odd_disk.py FOLDER OPTION... -- COMMAND...

Ends with the command's exit code, or with 99 if it cannot be mounted. Options:

  fold-case          names that differ only in case are one
  fold-accents       the ways in which Unicode writes an accent are one
  decompose          names are kept with their accents written apart
  tells-no-space     the disk has a total of 0 bytes, and none free
  windows-names      it takes no names that Windows does not take
  no-links           it has no symbolic links
  open-to-all        whatever its mode, everything may be written by everybody
  theirs=NAME        what has this name belongs to somebody else
  limit=BYTES        no file is longer
  broken=NAME        writing to a file of this name, or of any, fails with an input/output error
  quota=BYTES        of all files; more is refused as exceeding the user's quota
"""

import ctypes
import errno
import os
import stat
import struct
import subprocess
import sys
import threading
import time
import unicodedata

ATTR = struct.Struct("=6Q10I")
IN_HEADER = struct.Struct("=IIQQIIII")
OUT_HEADER = struct.Struct("=IiQ")
MAX_WRITE = 128 * 1024
RENAME_NOREPLACE = 1
SOMEBODY_ELSE = 12345


class Node:
    def __init__(self, number, mode, uid, gid):
        self.number, self.mode, self.uid, self.gid = number, mode, uid, gid
        self.content = bytearray()
        self.entries = {}
        self.links = 1
        self.modified = time.time_ns()


class Disk:
    def __init__(self, options):
        values = dict(option.partition("=")[::2] for option in options)
        self.flags = set(values)
        self.limit = int(values.get("limit", 1 << 60))
        self.quota = int(values.get("quota", 1 << 60))
        self.broken, self.theirs = values.get("broken"), values.get("theirs")
        self.names = {}
        self.nodes = {}
        self.root = self.new(stat.S_IFDIR | 0o777, os.getuid(), os.getgid())

    def new(self, mode, uid, gid):
        node = Node(len(self.nodes) + 1, mode, uid, gid)
        self.nodes[node.number] = node
        return node

    def folded(self, name):
        if "fold-accents" in self.flags or "decompose" in self.flags:
            name = unicodedata.normalize("NFD", name)
        if "fold-case" in self.flags:
            name = name.casefold()
        return name

    def kept(self, name):
        return unicodedata.normalize("NFD", name) if "decompose" in self.flags else name

    def child(self, parent, name):
        found = self.nodes[parent].entries.get(self.folded(name))
        if found is None:
            raise OSError(errno.ENOENT, name)
        return found[1]

    def add(self, parent, name, node):
        entries = self.nodes[parent].entries
        if self.folded(name) in entries:
            raise OSError(errno.EEXIST, name)
        self.check_name(name)
        entries[self.folded(name)] = (self.kept(name), node)
        self.names[node.number] = name

    def check_name(self, name):
        if "windows-names" in self.flags and (set(name) & set('\\:*?"<>|') or name[-1] in ". "):
            raise OSError(errno.EINVAL, name)
        if len(name.encode()) > 255:
            raise OSError(errno.ENAMETOOLONG, name)

    def attr(self, node):
        size = len(node.content)
        seconds, nanos = divmod(node.modified, 10**9)
        mode = node.mode | (0o777 if "open-to-all" in self.flags else 0)
        is_theirs = self.theirs is not None and self.names.get(node.number) == self.theirs
        uid = SOMEBODY_ELSE if is_theirs else node.uid
        return ATTR.pack(node.number, size, (size + 511) // 512, seconds, seconds, seconds,
                         nanos, nanos, nanos, mode, node.links, uid, node.gid, 0, 4096, 0)

    def entry(self, node):
        return struct.pack("=4Q2I", node.number, 0, 0, 0, 0, 0) + self.attr(node)

    def attr_out(self, node):
        return struct.pack("=QII", 0, 0, 0) + self.attr(node)

    # Each answers one kind of request.

    def init(self, request):
        return struct.pack("=IIIIHHIIHHI7I", 7, 31, MAX_WRITE, 1 << 5, 16, 12, MAX_WRITE, 1, 0, 0,
                           0, *[0] * 7)

    def lookup(self, request):
        return self.entry(self.child(request.node, request.names()[0]))

    def getattr(self, request):
        return self.attr_out(self.nodes[request.node])

    def setattr(self, request):
        fields = struct.unpack_from("=2I6Q8I", request.body)
        valid, size, mtime, nanos, mode = fields[0], fields[3], fields[6], fields[9], fields[11]
        node = self.nodes[request.node]
        if valid & 1:
            node.mode = stat.S_IFMT(node.mode) | mode & 0o7777
        if valid & 8:
            self.check(node, size)
            node.content = node.content[:size].ljust(size, b"\0")
        if valid & 32:
            node.modified = time.time_ns() if valid & 256 else mtime * 10**9 + nanos
        return self.attr_out(node)

    def readlink(self, request):
        return bytes(self.nodes[request.node].content)

    def symlink(self, request):
        if "no-links" in self.flags:
            raise OSError(errno.EPERM, "no links here")
        name, target = request.names()
        node = self.new(stat.S_IFLNK | 0o777, request.uid, request.gid)
        node.content = bytearray(target.encode())
        self.add(request.node, name, node)
        return self.entry(node)

    def make(self, request, kind, mode, offset):
        node = self.new(kind | mode & 0o7777, request.uid, request.gid)
        self.add(request.node, request.names(offset)[0], node)
        return self.entry(node)

    def mknod(self, request):
        mode = struct.unpack_from("=I", request.body)[0]
        return self.make(request, stat.S_IFMT(mode), mode, 16)

    def mkdir(self, request):
        return self.make(request, stat.S_IFDIR, struct.unpack_from("=I", request.body)[0], 8)

    def create(self, request):
        mode = struct.unpack_from("=II", request.body)[1]
        return self.make(request, stat.S_IFREG, mode, 16) + struct.pack("=QII", 0, 0, 0)

    def unlink(self, request):
        name = request.names()[0]
        node = self.child(request.node, name)
        node.links -= 1
        del self.nodes[request.node].entries[self.folded(name)]

    def rmdir(self, request):
        name = request.names()[0]
        if self.child(request.node, name).entries:
            raise OSError(errno.ENOTEMPTY, name)
        del self.nodes[request.node].entries[self.folded(name)]

    def move(self, request, target, flags, offset):
        old, new = request.names(offset)
        node = self.child(request.node, old)
        entries = self.nodes[target].entries
        there = entries.get(self.folded(new))
        if there is not None and there[1] is not node:
            if flags & RENAME_NOREPLACE:
                raise OSError(errno.EEXIST, new)
            if there[1].entries:
                raise OSError(errno.ENOTEMPTY, new)
        self.check_name(new)
        del self.nodes[request.node].entries[self.folded(old)]
        entries.pop(self.folded(new), None)
        self.add(target, new, node)

    def rename(self, request):
        self.move(request, struct.unpack_from("=Q", request.body)[0], 0, 8)

    def rename2(self, request):
        target, flags = struct.unpack_from("=QI", request.body)
        self.move(request, target, flags, 16)

    def link(self, request):
        node = self.nodes[struct.unpack_from("=Q", request.body)[0]]
        self.add(request.node, request.names(8)[0], node)
        node.links += 1
        return self.entry(node)

    def open(self, request):
        return struct.pack("=QII", 0, 0, 0)

    def read(self, request):
        _, offset, size = struct.unpack_from("=QQI", request.body)
        return bytes(self.nodes[request.node].content[offset:offset + size])

    def write(self, request):
        _, offset, size = struct.unpack_from("=QQI", request.body)
        node = self.nodes[request.node]
        if self.broken is not None and self.broken in ("", self.names.get(node.number)):
            raise OSError(errno.EIO, self.broken)
        self.check(node, offset + size)
        if len(node.content) < offset:
            node.content.extend(bytes(offset - len(node.content)))
        node.content[offset:offset + size] = request.body[40:40 + size]
        node.modified = time.time_ns()
        return struct.pack("=II", size, 0)

    def check(self, node, size):
        if size > self.limit:
            raise OSError(errno.EFBIG, "limit")
        others = sum(len(other.content) for other in self.nodes.values() if other is not node)
        if others + size > self.quota:
            raise OSError(errno.EDQUOT, "quota")

    def statfs(self, request):
        blocks = 0 if "tells-no-space" in self.flags else 1 << 20
        return struct.pack("=5Q4I6I", blocks, blocks, blocks, 1 << 20, 1 << 20, 4096, 255, 4096, 0,
                           *[0] * 6)

    def readdir(self, request):
        _, offset, size = struct.unpack_from("=QQI", request.body)
        listing = bytearray()
        entries = list(self.nodes[request.node].entries.values())
        for place, (name, node) in enumerate(entries[offset:], offset + 1):
            name = name.encode()
            kind = stat.S_IFMT(node.mode) >> 12
            entry = struct.pack("=QQII", node.number, place, len(name), kind) + name
            entry += bytes(-len(entry) % 8)
            if len(listing) + len(entry) > size:
                break
            listing += entry
        return bytes(listing)

    def nothing(self, request):
        return b""


KINDS = {
    1: Disk.lookup, 3: Disk.getattr, 4: Disk.setattr, 5: Disk.readlink, 6: Disk.symlink,
    8: Disk.mknod, 9: Disk.mkdir, 10: Disk.unlink, 11: Disk.rmdir, 12: Disk.rename, 13: Disk.link,
    14: Disk.open, 15: Disk.read, 16: Disk.write, 17: Disk.statfs, 18: Disk.nothing,
    20: Disk.nothing, 25: Disk.nothing, 26: Disk.init, 27: Disk.open, 28: Disk.readdir,
    29: Disk.nothing, 30: Disk.nothing, 35: Disk.create, 45: Disk.rename2,
}
# They want no answer: FORGET, INTERRUPT, BATCH_FORGET.
UNANSWERED = {2, 36, 42}


class Request:
    def __init__(self, data):
        header = IN_HEADER.unpack_from(data)
        _, self.kind, self.unique, self.node, self.uid, self.gid, _, _ = header
        self.body = data[IN_HEADER.size:]

    def names(self, offset=0):
        return [name.decode() for name in self.body[offset:].split(b"\0")[:-1]]


def mount(folder):
    device = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
    options += ",default_permissions,allow_other"
    if libc.mount(b"odd", folder.encode(), b"fuse", 6, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), "cannot mount")
    return device


def answer(disk, request):
    try:
        if request.kind not in KINDS:
            raise OSError(errno.ENOSYS, "no such request")
        return 0, KINDS[request.kind](disk, request) or b""
    except OSError as error:
        return -error.errno, b""


def serve(disk, device):
    while True:
        request = Request(os.read(device, MAX_WRITE + 65536))
        if request.kind in UNANSWERED:
            continue
        code, body = answer(disk, request)
        header = OUT_HEADER.pack(OUT_HEADER.size + len(body), code, request.unique)
        try:
            os.write(device, header + body)
        except OSError as error:
            # Whoever asked may be gone.
            if error.errno != errno.ENOENT:
                raise


def main():
    end = sys.argv.index("--")
    disk = Disk(sys.argv[2:end])
    try:
        device = mount(sys.argv[1])
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(99)
    command = subprocess.Popen(sys.argv[end + 1:])
    threading.Thread(target=lambda: os._exit(command.wait())).start()
    serve(disk, device)


if __name__ == "__main__":
    main()
