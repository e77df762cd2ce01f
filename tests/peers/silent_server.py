"""Receives one file as recv.txt in a folder without a word, as nc does, and exits.

    silent_server.py FOLDER

Prints the port it listens on.
"""

import os
import sys

from peer import save_to, serve_once


def main():
    path = os.path.join(sys.argv[1], "recv.txt")
    connection = serve_once(greeting=False)
    save_to(path, connection)
    connection.close()


main()
