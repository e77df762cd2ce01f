#!/usr/bin/env python3
"""What Onehop is measured against: the least that can move a file over a connection.

    bare.py send|receive|small-send|small-receive PORT FILE

Blocking reads and writes of 1 MiB, or of 1024 bytes, as beginners' programs have them. The receiver
greets once, the sender reads that once and waits for the receiver to close.
"""

import mmap
import socket
import sys

MIB = 1024 * 1024
SMALL = 1024


def main():
    action, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    actions = {
        "receive": lambda: receive(port, path, MIB),
        "send": lambda: send(port, path, MIB),
        "small-receive": lambda: receive(port, path, SMALL),
        "small-send": lambda: send(port, path, SMALL),
    }
    actions[action]()


def receive(port, path, piece):
    with socket.create_server(("127.0.0.1", port)) as server:
        connection, (address, _) = server.accept()
    with connection, open(path, "wb", buffering=0) as file:
        connection.sendall(greeting(address))
        buffer = memory(piece)
        while count := connection.recv_into(buffer):
            file.write(buffer[:count])


def send(port, path, piece):
    with socket.create_connection(("127.0.0.1", port)) as connection, open(path, "rb", buffering=0) as file:
        connection.recv(1024)
        buffer = memory(piece)
        while count := file.readinto(buffer):
            connection.sendall(buffer[:count])
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1024):
            pass


def memory(size):
    """At the start of a page, where the system's copies are fastest; a bytearray is not."""
    return memoryview(mmap.mmap(-1, size))


def greeting(address):
    """The banner every receiver of the classic protocol says first."""
    line = "|" + "-" * 33 + "|\n"
    return f"\n\n{line} Hi Client[IP address: {address}], \n **Welcome to Server** \n -Server\n{line} \n\n".encode()


if __name__ == "__main__":
    main()
