"""Sends a file the sensible way: reads the greeting once, streams, and waits for the end.

    streaming_client.py PORT FILE [HOST]

Exit code 0 means that the receiver closed in order after the end of the stream: it has saved.
"""

import sys

from peer import PIECE_BYTES, connect, finish, pieces_of


def main():
    peer = connect(sys.argv)
    if b"Welcome to Server" not in peer.recv(PIECE_BYTES):
        sys.exit("not greeted")
    for piece in pieces_of(sys.argv[2], 64 * 1024):
        peer.sendall(piece)
    finish(peer)


main()
