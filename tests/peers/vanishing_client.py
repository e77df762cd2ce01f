"""Sends the first half of a file and breaks the connection, as a program that is killed does.

    vanishing_client.py PORT FILE [HOST]
"""

import os
import socket
import struct
import sys
import time

from peer import PIECE_BYTES, connect, pieces_of


def main():
    peer = connect(sys.argv)
    peer.recv(PIECE_BYTES)
    paused = False
    left = os.path.getsize(sys.argv[2]) // 2
    for piece in pieces_of(sys.argv[2], 64 * 1024):
        peer.sendall(piece[:left])
        left -= min(left, len(piece))
        if not paused:
            # On Windows a reset swallows what was not read yet. A transfer that is under way has had
            # its first bytes read.
            time.sleep(0.5)
            paused = True
        if left == 0:
            break
    at_once = struct.pack("ii", 1, 0)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    peer.close()


main()
