"""Receives one file as recv.txt in a folder, greeting in two halves and reading with pauses.

    slow_server.py FOLDER

Prints the port it listens on.
"""

import os
import sys
import time

from peer import PIECE_BYTES, banner, serve_once


def main():
    path = os.path.join(sys.argv[1], "recv.txt")
    connection = serve_once(greeting=False)
    greeting = banner("127.0.0.1")
    connection.sendall(greeting[:20])
    time.sleep(0.2)
    connection.sendall(greeting[20:])
    with open(path, "wb") as file:
        for number, piece in enumerate(iter(lambda: connection.recv(64 * PIECE_BYTES), b"")):
            if number % 16 == 0:
                time.sleep(0.02)
            file.write(piece)
    connection.close()


main()
