"""Sends a file one byte at a time, each in a packet of its own.

    one_byte_client.py PORT FILE [HOST]
"""

import socket
import sys

from peer import PIECE_BYTES, connect, finish, pieces_of


def main():
    peer = connect(sys.argv)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.recv(PIECE_BYTES)
    for byte in pieces_of(sys.argv[2], 1):
        peer.send(byte)
    finish(peer)


main()
