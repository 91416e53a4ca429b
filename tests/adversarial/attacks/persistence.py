"""Leave something for another submission to find, and look for what others left.

The two halves run in either order, and at the same time; both try both.
"""

from tests.adversarial.attacks.answers import RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)

_EXCHANGE = """
import ctypes, glob, os, socket, sys

own, other = "@MARK@-{own}", "@MARK@-{other}".encode()
libc = ctypes.CDLL(None, use_errno=True)
found = []
folders = [os.path.expanduser("~"), os.getcwd(), "/tmp", "/var/tmp", "/dev/shm", "/run", *sys.path]
for folder in filter(None, folders):
    for path in glob.glob(os.path.join(folder, "message-*")):
        found.append(open(path, "rb").read())
    try:
        with open(os.path.join(folder, "message-{own}"), "w") as file:
            file.write(own)
    except OSError:
        pass
# System V shared memory, a keyring, a message queue, a socket without a file.
segment = libc.shmget(0x5EC, 4096, 0o1666)
libc.shmat.restype = ctypes.c_void_p
address = libc.shmat(segment, None, 0) if segment >= 0 else None
if address not in (None, ctypes.c_void_p(-1).value):
    found.append(ctypes.string_at(address, 64))
    ctypes.memmove(address, own.encode(), len(own))
for ring in (-3, -4, -5):
    key = libc.syscall(248, b"user", b"message-{own}", own.encode(), len(own), ring)
    key = libc.syscall(250, 10, ring, b"user", b"message-{other}", 0)
    buffer = ctypes.create_string_buffer(64)
    if key > 0 and libc.syscall(250, 11, key, buffer, 64) > 0:
        found.append(buffer.raw)
try:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect("\\0message-{other}")
        found.append(other)
except OSError:
    pass
server = socket.socket(socket.AF_UNIX)
server.bind("\\0message-{own}")
server.listen()
print("exchanged" if any(other in text for text in found) else "alone")
mounted()
"""


@attack(earns=RIGHT_EARNS, exactly=True)
def message_to_a_neighbour():
    """Leave a message in every place that two submissions might share, and look for the other's."""
    return Work(RIGHT, before=(_EXCHANGE.replace("{own}", "one").replace("{other}", "two"),))


@attack(earns=RIGHT_EARNS, exactly=True)
def message_from_a_neighbour():
    """Do the same under the other name."""
    return Work(RIGHT, before=(_EXCHANGE.replace("{own}", "two").replace("{other}", "one"),))
