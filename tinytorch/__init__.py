"""TinyTorch's acceleration module: a tensor, five kernels, and the tools that measure them."""
