"""Sends a file and closes, and never reads a byte: `cat > /dev/tcp/HOST/PORT` and `socat -u` do so.

    writing_client.py PORT FILE [HOST]
"""

import sys

from peer import connect


def main():
    with open(sys.argv[2], "rb") as file:
        content = file.read()
    peer = connect(sys.argv)
    peer.sendall(content)
    peer.close()


main()
