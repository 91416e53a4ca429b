"""Run every benchmark: what `make bench` calls."""

from benchmarks import gelu_against_torch, matmul_overhead

gelu_against_torch.main()
print()
matmul_overhead.main()
