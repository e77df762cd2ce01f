"""Receives one file as recv.txt in a folder, greeting once, and exits.

    server.py FOLDER

Prints the port it listens on. This is how the tutorial's server behaves.
"""

import os
import sys

from peer import save_to, serve_once


def main():
    path = os.path.join(sys.argv[1], "recv.txt")
    connection = serve_once(greeting=True)
    save_to(path, connection)
    connection.close()


main()
