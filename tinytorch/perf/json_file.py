"""Reading JSON files whose every field is checked, with one sentence on the first that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

WORDS: dict[type, str] = {dict: "an object", list: "a list", str: "text", int: "an integer"}

Content = TypeVar("Content")


class JsonFile:
    """One kind of file: its schema, and the error that names what is wrong with one.

    Parameters
    ----------
    noun : str
        What the file holds, for the error's sentences: ``"recording"``.
    schema : str
        Value of its field ``"schema"``.
    version : int
        Value of its field ``"version"``.
    again : str
        How to make such a file: ``"run `make simulate`"``.
    error : type of ValueError
        Raised with one sentence.
    """

    def __init__(
        self, noun: str, schema: str, version: int, again: str, error: type[ValueError]
    ) -> None:
        self.noun = noun
        self.schema = schema
        self.version = version
        self.again = again
        self.error = error

    def read(self, path: Path, build: Callable[[Any], Content]) -> Content:
        """Read a file and build what it holds; errors of `build` get the file's name in front."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise self.error(
                f"There is no {self.noun} {path.name} in {path.parent}; {self.again}."
            ) from None
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
            raise self.error(f"{path.name} cannot be read as JSON: {problem}.") from None
        try:
            return build(content)
        except self.error as problem:
            raise self.error(f"{path.name}: {problem}") from None

    def check(self, content: Any) -> None:
        """Check that parsed JSON is of this kind and version."""
        if not isinstance(content, dict) or content.get("schema") != self.schema:
            raise self.error(
                f'this is no {self.noun}: expected a JSON object with "schema": "{self.schema}".'
            )
        if content.get("version") != self.version:
            raise self.error(
                f"the {self.noun} has version {content.get('version')!r}, expected {self.version}; "
                f"{self.again} with this version of tinytorch."
            )

    def field(self, content: Any, key: str, kind: type, where: str) -> Any:
        """Return a field of an object, checked to be of a kind; `where` names the object."""
        if not isinstance(content, dict):
            raise self.error(f"{where} is no JSON object.")
        if key not in content:
            raise self.error(f'{where} lacks "{key}", expected {WORDS[kind]}.')
        value = content[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.error(f'{where} has "{key}": {value!r}, expected {WORDS[kind]}.')
        return value
