"""Scripts drawn at random, nearly all of which parse: so that what runs is put to the test."""

import math

from autograder.probes.script_format import (
    DTYPES,
    FUNCTION_KEYWORDS,
    KEYWORDS,
    KINDS,
    UFUNCS,
)
from autograder.replay.functions import OPERANDS
from autograder.replay.functions import UFUNCS as CALLABLES

SHAPES = ([], [1], [2], [3], [4], [12], [3, 4], [4, 3], [2, 2], [1, 4], [3, 1], [2, 3, 2], [99_999])
SUBSCRIPTS = ("ij,jk->ik", "ij,jk", "ab,ab->", "a...,a...->...", "ii->i", "ij->ji", "i,j", "...")


class RandomScript:
    """A script of a few steps on buffers of every type.

    Parameters
    ----------
    rng : random.Random
    elements : int
        Of the one float32 input.
    """

    def __init__(self, rng, elements):
        self.rng = rng
        self.buffers = [["float32", elements, -1, None]]
        self.views = []
        self.steps = []
        for _ in range(rng.randint(1, 4)):
            self.buffers.append([self.dtype(), rng.choice([1, 12, 16]), -1, None])
        for _ in range(rng.randint(1, 6)):
            self.steps.append(self.step())

    def script(self):
        return {
            "buffers": self.buffers,
            "views": self.views,
            "steps": self.steps,
            "result": self.view(),
        }

    def dtype(self):
        return self.rng.choice(["float32", "bool", "int64", *DTYPES])

    def view(self, shape=None, repeats=True):
        rng = self.rng
        # Inputs may be written, but not read again: most steps leave them alone.
        number = rng.randrange(0 if repeats or rng.random() < 0.02 else 1, len(self.buffers))
        elements = self.buffers[number][1]
        if shape is None or math.prod(shape) > elements:
            shape = rng.choice([s for s in SHAPES if repeats or math.prod(s) <= elements])
        strides, step = [], 1
        for length in reversed(shape):
            strides.insert(0, step)
            step *= length
        if repeats:
            strides = [stride * rng.choice([1, 1, 1, 0, -1]) for stride in strides]
        reach = [(length - 1) * stride for length, stride in zip(shape, strides, strict=True)]
        low, high = -sum(r for r in reach if r < 0), elements - sum(r for r in reach if r > 0)
        if low >= high:
            return self.view(None, repeats)
        self.views.append([number, rng.randrange(low, high), shape, strides])
        return len(self.views) - 1

    def constant(self):
        rng = self.rng
        kind = rng.choice(["int", "float", "bool", *DTYPES, "array"])
        if kind == "array":
            dtype, count = self.dtype(), rng.choice([1, 2, 3, 4])
            return ["array", dtype, [count], [self.number(dtype) for _ in range(count)]]
        return [kind, self.number(kind)]

    def number(self, kind):
        if kind == "bool":
            return self.rng.random() < 0.5
        if "int" in kind:
            return self.rng.choice([0, 1, 2, 3, 7])
        return self.rng.choice([0.0, 1.0, -2.5, 1e30, math.inf, math.nan]).hex()

    def operand(self, shape=None):
        return self.constant() if self.rng.random() < 0.3 else self.view(shape)

    def index(self):
        parts = (
            ["newaxis"], ["ellipsis"], ["int", self.rng.randint(-2, 2)], ["array", self.operand()],
            ["slice", None, self.rng.randint(-3, 3), self.rng.choice([None, 1, 2, -1])],
        )  # fmt: skip
        return [self.rng.choice(parts) for _ in range(self.rng.choice([1, 1, 1, 1, 2]))]

    def keyword(self, key):
        rng = self.rng
        choices = {
            "axis": [None, 0, 1, -1, [0], [0, 1]],
            "axes": [0, 1, 2, [[0], [0]], [[1], [0]], [[0, 1], [0, 1]]],
            "casting": ["no", "equiv", "safe", "same_kind", "unsafe"],
            "dtype": list(DTYPES),
            "keepdims": [True, False],
            "optimize": [True, False],
            "subscripts": SUBSCRIPTS,
        }
        if key in choices:
            return rng.choice(choices[key])
        if key == "index":
            return self.index()
        return self.operand() if key in ("where", "initial") else self.number("float")

    def step(self):
        rng = self.rng
        kind = rng.choice([*KINDS, "call", "call", "function"])
        results = 1
        if kind == "function":
            name = rng.choice(sorted(FUNCTION_KEYWORDS))
            keywords, count = FUNCTION_KEYWORDS[name], OPERANDS.get(name, rng.randint(1, 3))
        elif kind in ("copy", "get", "put"):
            name, keywords, count = kind, KEYWORDS[kind], 1
        else:
            name, keywords, count = rng.choice(UFUNCS), KEYWORDS[kind], 1
            if kind == "call":
                count, results = CALLABLES[name].nin, CALLABLES[name].nout
            elif kind == "outer":
                count = 2
        needed = {"index", "subscripts"} & set(keywords)
        said = needed | {key for key in keywords if rng.random() < 0.2}
        shape = rng.choice(SHAPES) if rng.random() < 0.2 else [3, 4]
        operands = [self.operand(shape) for _ in range(count)]
        described = {key: self.keyword(key) for key in sorted(said)}
        new = kind != "put" and "where" not in said and rng.random() < 0.5
        targets = [self.new(shape) if new else self.view(shape, False) for _ in range(results)]
        return [kind, name, operands, described, targets, new]

    def new(self, shape):
        """Add a buffer that the step under way makes, and a view of the whole."""
        dtype = self.rng.choice(["float32", "float32", "float64", "bool", "int64"])
        self.buffers.append([dtype, math.prod(shape), len(self.steps), None])
        strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        self.views.append([len(self.buffers) - 1, 0, shape, strides])
        return len(self.views) - 1
