"""Labels that a sweep writes and a chart or a ceiling looks for."""

NO_TILE = "none"
WHOLE = "whole block"
GEMM = "GEMM"
PASS_OVERHEAD = "pass over one line"
PYTHON_MULTIPLY = "Python multiplication"
