"""What lies around the attacks: secrets to find, sockets to reach, processes to be left behind."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from authoring.notebooks import ROOT
from autograder import hidden

# An attack may know how a secret begins, and look for that; what follows is drawn in every run.
SECRET_WORD = "only-for-instructors"
VARIABLE = "COURSE_GRADING_TOKEN"


class World:
    """One run's surroundings.

    Attributes
    ----------
    mark : str
        What hostile processes call themselves, and hostile connections say.
    secrets : tuple of str
        None of these may turn up in anything that grading writes.
    reached : list of bytes
        What came in through the sockets.
    names : dict of str to str
        What stands for the names between @ signs in the attacks.
    """

    def __init__(self, folder: Path) -> None:
        # A process's name has room for fifteen characters.
        self.mark = f"h{secrets.token_hex(6)}"
        self.reached: list[bytes] = []
        planted = [secrets.token_hex(16) for _ in range(3)]
        self.secrets = (*planted, *hidden_words())
        self.variable = planted[0]
        (folder / "answers.txt").write_text(f"{SECRET_WORD} {planted[1]}")
        self.submitted, self.out = folder / "submitted", folder / "out"
        self.submitted.mkdir()
        (self.submitted / "other.ipynb").write_text(f"{SECRET_WORD} {planted[2]}")
        abstract = f"course-{self.mark}"
        self._listeners = [socket.create_server(("127.0.0.1", 0)), _abstract(abstract)]
        self.names = {
            "SECRET": str(folder / "answers.txt"),
            "SECRETWORD": SECRET_WORD,
            "SUBMITTED": str(self.submitted),
            "OUT": str(self.out),
            "ROOT": str(ROOT),
            "CANARYNAME": VARIABLE,
            "MARK": self.mark,
            "ABSTRACT": abstract,
            "PORT": str(self._listeners[0].getsockname()[1]),
        }
        for listener in self._listeners:
            threading.Thread(target=self._answer, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def left_behind(self) -> list[str]:
        """Processes that still carry the mark, by name and command line."""
        return [text for text in _processes() if self.mark in text]

    def _answer(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self.reached.append(connection.recv(1_000))


def hidden_words() -> tuple[str, ...]:
    """The canaries that stand in the hidden checks' own files."""
    files = sorted(Path(hidden.__path__[0]).rglob("*.py"))
    found = {word for file in files for word in _canaries(file.read_text(encoding="utf-8"))}
    assert found, "the hidden checks hold no canary: nothing would show that they leaked"
    return tuple(sorted(found))


def _canaries(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if "CANARY" in line.upper():
            yield from (word.strip("\"'#.,()") for word in line.split() if len(word) > 20)


def _abstract(name: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"\0{name}")
    listener.listen()
    return listener


def _processes() -> Iterator[str]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                yield f"{(entry / 'comm').read_text().strip()} {command.decode(errors='replace')}"
