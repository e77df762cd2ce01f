"""Greets its one peer and breaks the connection without reading a byte.

    greeting_server.py

Prints the port it listens on.
"""

import socket
import struct

from peer import serve_once


def main():
    connection = serve_once(greeting=True)
    at_once = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    # The first byte shows that the greeting was read; a reset could overtake it otherwise.
    connection.recv(1, socket.MSG_PEEK)
    connection.close()


main()
