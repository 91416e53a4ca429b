"""Right ways to write Part 3: each earns every point."""

import math

import numpy as np

from tests.honest.collection import Solution, collector
from tinytorch.core.tensor import Tensor

HONEST: list[Solution] = []
honest = collector(HONEST)

SCALE = math.sqrt(2.0 / math.pi)


@honest
def eight_names_with_a_power(x):
    cube = x.data**3
    scaled = 0.044715 * cube
    summed = x.data + scaled
    argument = SCALE * summed
    tanh = np.tanh(argument)
    shifted = 1.0 + tanh
    product = x.data * shifted
    result = 0.5 * product
    return Tensor(result)


@honest
def eight_names_with_multiplications(x):
    cube = x.data * x.data * x.data
    scaled = 0.044715 * cube
    summed = x.data + scaled
    argument = SCALE * summed
    tanh = np.tanh(argument)
    shifted = 1.0 + tanh
    product = x.data * shifted
    result = 0.5 * product
    return Tensor(result)


@honest
def tensors_as_on_the_original_page(x):
    scale = float(np.sqrt(2.0 / np.pi))
    temp1 = Tensor(x.data**3)
    temp2 = Tensor(0.044715 * temp1.data)
    temp3 = Tensor(x.data + temp2.data)
    temp4 = Tensor(scale * temp3.data)
    temp5 = Tensor(np.tanh(temp4.data))
    temp6 = Tensor(1.0 + temp5.data)
    temp7 = Tensor(x.data * temp6.data)
    return Tensor(0.5 * temp7.data)


@honest
def numpy_functions_instead_of_operators(x):
    a = np.power(x.data, 3)
    b = np.multiply(a, np.float32(0.044715))
    c = np.add(x.data, b)
    d = np.multiply(c, np.float32(SCALE))
    e = np.tanh(d)
    f = np.add(e, np.float32(1))
    g = np.multiply(x.data, f)
    h = np.multiply(g, np.float32(0.5))
    return Tensor(h)


@honest
def a_list_that_keeps_every_step(x):
    steps = [x.data**3]
    steps.append(steps[-1] * 0.044715)
    steps.append(steps[-1] + x.data)
    steps.append(steps[-1] * SCALE)
    steps.append(np.tanh(steps[-1]))
    steps.append(steps[-1] + 1.0)
    steps.append(steps[-1] * x.data)
    steps.append(steps[-1] * 0.5)
    return Tensor(steps[-1])


@honest
def a_dictionary_of_named_steps(x):
    step = {}
    step["cube"] = x.data * x.data * x.data
    step["scaled"] = step["cube"] * 0.044715
    step["summed"] = step["scaled"] + x.data
    step["argument"] = step["summed"] * SCALE
    step["tanh"] = np.tanh(step["argument"])
    step["shifted"] = step["tanh"] + 1.0
    step["halved"] = step["shifted"] * 0.5
    step["result"] = step["halved"] * x.data
    return Tensor(step["result"])


@honest
def out_arrays_allocated_first(x):
    steps = [np.empty(x.shape, dtype=np.float32) for _ in range(8)]
    np.power(x.data, 3, out=steps[0])
    np.multiply(steps[0], 0.044715, out=steps[1])
    np.add(x.data, steps[1], out=steps[2])
    np.multiply(steps[2], SCALE, out=steps[3])
    np.tanh(steps[3], out=steps[4])
    np.add(steps[4], 1.0, out=steps[5])
    np.multiply(x.data, steps[5], out=steps[6])
    np.multiply(steps[6], 0.5, out=steps[7])
    return Tensor(steps[7])


@honest
def half_of_x_as_a_step(x):
    data = np.asarray(x.data)
    cube = data**3
    scaled = cube * 0.044715
    summed = scaled + data
    argument = summed * SCALE
    tanh = np.tanh(argument)
    shifted = tanh + 1.0
    half = data * 0.5
    result = half * shifted
    return Tensor(result)


@honest
def float32_constants(x):
    half, one = np.float32(0.5), np.float32(1.0)
    cubic, scale = np.float32(0.044715), np.float32(SCALE)
    t1 = x.data ** np.float32(3)
    t2 = cubic * t1
    t3 = x.data + t2
    t4 = scale * t3
    t5 = np.tanh(t4)
    t6 = one + t5
    t7 = x.data * t6
    t8 = half * t7
    return Tensor(t8)


def cube_of(values):
    return values * values * values


def affine(values, factor):
    return values * factor


@honest
def helper_functions(x):
    cube = cube_of(x.data)
    scaled = affine(cube, 0.044715)
    summed = x.data + scaled
    argument = affine(summed, SCALE)
    tanh = np.tanh(argument)
    shifted = tanh + 1.0
    product = x.data * shifted
    result = affine(product, 0.5)
    return Tensor(result)


@honest
def without_a_warning_at_infinity(x):
    with np.errstate(all="ignore"):
        cube = x.data**3
        scaled = 0.044715 * cube
        summed = x.data + scaled
        argument = SCALE * summed
        tanh = np.tanh(argument)
        shifted = 1.0 + tanh
        product = x.data * shifted
        return Tensor(0.5 * product)
