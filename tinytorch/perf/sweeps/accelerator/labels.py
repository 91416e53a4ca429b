"""Labels that an accelerator's sweeps write and a chart looks for."""

GEMM = "gemm"
ELEMENTWISE = "elementwise"
GELU = "gelu"
COPIES = "copies"

FLOAT32 = "float32"

EAGER_STEPS = "eight eager steps"
COMPILED_STEPS = "eight steps, compiled"
ONE_KERNEL = "PyTorch's GELU"

ON_DEVICE = "within the device"
TO_DEVICE_PINNED = "host to device, pinned"
TO_DEVICE_PAGEABLE = "host to device, pageable"
TO_HOST_PINNED = "device to host, pinned"
