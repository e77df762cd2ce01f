"""Sends a file without reading anything at all, as a tool that only writes does.

    impatient_client.py PORT FILE [HOST]

The greeting stays unread until the stream has ended; then everything is read to the end.
"""

import sys

from peer import connect, finish, pieces_of


def main():
    peer = connect(sys.argv)
    for piece in pieces_of(sys.argv[2], 64 * 1024):
        peer.sendall(piece)
    finish(peer)


main()
