"""Sends a file in lockstep: waits for some words before each piece of 1024 bytes.

    lockstep_client.py PORT FILE [HOST]

This is how the tutorial's client behaves. It closes as soon as the last piece is handed over, so
the receiver's last words may be left unread. An empty file is no piece, so nothing is waited for.
"""

import sys

from peer import PIECE_BYTES, connect, pieces_of


def main():
    peer = connect(sys.argv)
    for piece in pieces_of(sys.argv[2], PIECE_BYTES):
        words = peer.recv(PIECE_BYTES)
        if not words:
            sys.exit("the receiver closed although more was to come")
        words.decode("ascii")
        sent = peer.send(piece)
        if sent != len(piece):
            sys.exit("a piece was taken only in part")
    peer.close()


main()
