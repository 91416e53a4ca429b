"""What a script may say: the names and bounds that its writer and its reader agree on.

A script is JSON: ``{"buffers": [...], "views": [...], "steps": [...], "result": view}``.

- A buffer is ``[dtype, elements, made, freed]``: the memory of one array, and the first and the
  last step at which it is there. The inputs come first. Memory that was there before the call was
  made at `BEFORE`, and what is there to the end is freed at ``null``.
- A view is ``[buffer, offset, shape, strides]``, in elements.
- A step is ``[kind, name, operands, keywords, targets, new]``. An operand is the number of a view
  or a constant (`autograder.probes.script_constants`). ``targets`` are the views that the step
  writes; ``new`` says that NumPy made their memory for the result, and nobody gave it with
  ``out=``.
"""

from __future__ import annotations

BEFORE = -1

DTYPES = (
    ("bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64")
    + ("uint8", "uint16", "uint32", "uint64")
)  # fmt: skip

MOST_STEPS = 40_000
"""In one script: blocks of a few hundred elements of a million fit, single elements do not."""

MOST_CONSTANTS = 64
"""Elements of an array that stands in the script itself. More could hold an answer."""

KINDS = ("call", "reduce", "accumulate", "outer", "function", "copy", "get", "put")
"""Ways to take a step: a ufunc and its methods, a function, a copy, and picked elements.

``copy`` writes its operand wherever the keyword ``where`` holds, ``get`` reads and ``put`` writes
the elements that the keyword ``index`` picks.
"""

UFUNCS = (
    ("absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh")
    + ("bitwise_and", "bitwise_or", "bitwise_xor", "cbrt", "ceil", "clip", "copysign", "cos")
    + ("cosh", "deg2rad", "divide", "divmod", "equal", "exp", "exp2", "expm1", "fabs")
    + ("float_power", "floor", "floor_divide", "fmax", "fmin", "fmod", "frexp", "greater")
    + ("greater_equal", "heaviside", "hypot", "invert", "isfinite", "isinf", "isnan", "ldexp")
    + ("left_shift", "less", "less_equal", "log", "log10", "log1p", "log2", "logaddexp")
    + ("logaddexp2", "logical_and", "logical_not", "logical_or", "logical_xor", "matmul")
    + ("maximum", "minimum", "modf", "multiply", "negative", "nextafter", "not_equal", "positive")
    + ("power", "rad2deg", "reciprocal", "remainder", "right_shift", "rint", "sign", "signbit")
    + ("sin", "sinh", "spacing", "sqrt", "square", "subtract", "tan", "tanh", "trunc")
)  # fmt: skip

KEYWORDS = {
    "call": ("casting", "dtype", "where"),
    "reduce": ("axis", "dtype", "initial", "keepdims", "where"),
    "accumulate": ("axis", "dtype"),
    "outer": ("dtype",),
    "copy": ("where",),
    "get": ("index",),
    "put": ("index",),
}
"""Keywords of each kind; a function has its own."""

FUNCTION_KEYWORDS = {
    "concatenate": ("axis", "dtype"),
    "stack": ("axis",),
    "where": (),
    "nan_to_num": ("nan", "neginf", "posinf"),
    "dot": (),
    "inner": (),
    "vdot": (),
    "outer": (),
    "tensordot": ("axes",),
    "einsum": ("optimize", "subscripts"),
}
