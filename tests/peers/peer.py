"""What the peers have in common. Every wait in them has an end."""

import socket

PIECE_BYTES = 1024
GUARD_SECONDS = 60


def connect(arguments):
    """Connects to the port, and the host if one is given, of the command line."""
    host = arguments[3] if len(arguments) > 3 else "127.0.0.1"
    return socket.create_connection((host, int(arguments[1])), timeout=GUARD_SECONDS)


def pieces_of(path, piece_bytes):
    """The content of a file, piece by piece."""
    with open(path, "rb") as file:
        while piece := file.read(piece_bytes):
            yield piece


def finish(peer):
    """Ends the stream in order; returns once the receiver has closed in order too."""
    peer.shutdown(socket.SHUT_WR)
    while peer.recv(PIECE_BYTES):
        pass
    peer.close()


def serve_once(greeting):
    """Listens on a free port, prints it and returns the first connection, greeted or not."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(GUARD_SECONDS)
    print(listener.getsockname()[1], flush=True)
    connection, (host, _) = listener.accept()
    listener.close()
    connection.settimeout(GUARD_SECONDS)
    if greeting:
        connection.sendall(banner(host))
    return connection


def banner(host):
    """The classic greeting for a peer at this address."""
    rule = "|" + "-" * 33 + "|"
    lines = [
        "",
        "",
        rule,
        f" Hi Client[IP address: {host}], ",
        " **Welcome to Server** ",
        " -Server",
        rule,
        " ",
        "",
        "",
    ]
    return "\n".join(lines).encode("ascii")


def save_to(path, connection):
    """Writes everything until the end of the stream to a file, 1024 bytes at a time."""
    with open(path, "wb") as file:
        while piece := connection.recv(PIECE_BYTES):
            file.write(piece)
