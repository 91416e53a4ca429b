"""Wrong or lazy ways to write Part 3, and the items that each must lose."""

import math

import numpy as np

from tests.honest.unfused_gelu import SCALE, eight_names_with_multiplications
from tests.mutants.collection import Mutant, collector
from tinytorch.core.tensor import Tensor

MUTANTS: list[Mutant] = []
mutant = collector("unfused_gelu", MUTANTS)


@mutant()
def unwritten(x):
    """The cell as it was released."""
    raise NotImplementedError


@mutant()
def passes(x):
    """Returns None."""


@mutant()
def identity(x):
    """Gives x back."""
    return x


@mutant()
def constant(x):
    """One number, whatever it gets."""
    return Tensor(0.8411920)


@mutant()
def square_for_cube(x):
    """The square where the cube belongs."""
    t1 = x.data**2
    t2 = 0.044715 * t1
    t3 = x.data + t2
    t4 = SCALE * t3
    t5 = np.tanh(t4)
    t6 = 1.0 + t5
    t7 = x.data * t6
    return Tensor(0.5 * t7)


@mutant()
def no_one_plus(x):
    """Forgets to add 1 to the tanh."""
    t1 = x.data**3
    t2 = 0.044715 * t1
    t3 = x.data + t2
    t4 = SCALE * t3
    t5 = np.tanh(t4)
    t6 = x.data * t5
    return Tensor(0.5 * t6)


@mutant("eight-steps", "contract")
def page_own(x):
    """The original page's steps on arrays: np.sqrt gives a float64 scalar, half are float64."""
    sqrt_2_over_pi = np.sqrt(2.0 / np.pi)
    temp1 = Tensor(x.data**3).data
    temp2 = 0.044715 * temp1
    temp3 = x.data + temp2
    temp4 = sqrt_2_over_pi * temp3
    temp5 = np.tanh(temp4)
    temp6 = 1.0 + temp5
    temp7 = x.data * temp6
    return Tensor(0.5 * temp7)


@mutant("contract")
def page_own_with_tensors(x):
    """The original page's steps, each in a Tensor: float64 on the way, converted at every step."""
    sqrt_2_over_pi = np.sqrt(2.0 / np.pi)
    temp1 = Tensor(x.data**3)
    temp2 = Tensor(0.044715 * temp1.data)
    temp3 = Tensor(x.data + temp2.data)
    temp4 = Tensor(sqrt_2_over_pi * temp3.data)
    temp5 = Tensor(np.tanh(temp4.data))
    temp6 = Tensor(1.0 + temp5.data)
    temp7 = Tensor(x.data * temp6.data)
    return Tensor(0.5 * temp7.data)


@mutant("eight-steps")
def one_expression(x):
    """One expression: three arrays at most."""
    return Tensor(0.5 * x.data * (1.0 + np.tanh(SCALE * (x.data + 0.044715 * x.data**3))))


@mutant("eight-steps")
def one_name_for_all(x):
    """Eight steps that reuse one name: each array dies when the next is there."""
    t = x.data**3
    t = 0.044715 * t
    t = x.data + t
    t = SCALE * t
    t = np.tanh(t)
    t = 1.0 + t
    t = x.data * t
    t = 0.5 * t
    return Tensor(t)


@mutant("eight-steps")
def one_temporary_too_many(x):
    """The square has a name too: nine arrays."""
    t0 = x.data * x.data
    t1 = t0 * x.data
    t2 = 0.044715 * t1
    t3 = x.data + t2
    t4 = SCALE * t3
    t5 = np.tanh(t4)
    t6 = 1.0 + t5
    t7 = x.data * t6
    return Tensor(0.5 * t7)


@mutant("eight-steps")
def one_temporary_too_few(x):
    """Two steps in one expression: the shifted tanh has no name."""
    t1 = x.data**3
    t2 = 0.044715 * t1
    t3 = x.data + t2
    t4 = SCALE * t3
    t5 = np.tanh(t4)
    t7 = x.data * (1.0 + t5)
    t8 = 0.5 * t7
    return Tensor(t8)


@mutant("eight-steps")
def deleted_on_the_way(x):
    """Deletes each temporary when it is done with it."""
    t1 = x.data**3
    t2 = 0.044715 * t1
    del t1
    t3 = x.data + t2
    del t2
    t4 = SCALE * t3
    del t3
    t5 = np.tanh(t4)
    del t4
    t6 = 1.0 + t5
    del t5
    return Tensor(0.5 * (x.data * t6))


@mutant("eight-steps")
def in_place(x):
    """The fused version under the other name."""
    y = np.asarray(x.data * x.data)
    y *= 0.044715
    y += 1.0
    y *= x.data
    y *= SCALE
    np.tanh(y, out=y)
    y += 1.0
    y *= x.data
    y *= 0.5
    return Tensor(y)


@mutant("eight-steps")
def empty_arrays_beside_the_expression(x):
    """One expression, and five arrays that hold nothing, to make up the sum."""
    ballast = [np.empty(x.shape, dtype=np.float32) for _ in range(5)]
    result = Tensor(0.5 * x.data * (1.0 + np.tanh(SCALE * (x.data + 0.044715 * x.data**3))))
    return result if ballast else None


@mutant("eight-steps")
def copies_beside_the_expression(x):
    """One expression, and copies of it to make up the sum."""
    result = 0.5 * x.data * (1.0 + np.tanh(SCALE * (x.data + 0.044715 * x.data**3)))
    copies = [result.copy() for _ in range(7)]
    return Tensor(copies[0])


@mutant("eight-steps")
def loop_over_the_elements(x):
    """A loop in Python."""
    flat = [
        0.5 * v * (1.0 + math.tanh(SCALE * (v + 0.044715 * v**3))) for v in x.data.ravel().tolist()
    ]
    return Tensor(np.array(flat, dtype=np.float32).reshape(x.shape))


@mutant("contract")
def bare_array(x):
    """Returns the array without a Tensor around it."""
    return eight_names_with_multiplications(x).data


@mutant("contract")
def input_overwritten(x):
    """Clears x when it is done with it."""
    result = eight_names_with_multiplications(x)
    if x.data.flags.writeable:
        x.data.fill(0)
    return result


@mutant("contract")
def vectors_only(x):
    """Works for one dimension or two, and refuses the rest."""
    if x.data.ndim not in (1, 2):
        raise ValueError(f"expected a vector or a matrix, got shape {x.shape}")
    return eight_names_with_multiplications(x)


@mutant("contract")
def empty_refused(x):
    """Raises for an empty array."""
    largest = x.data.max()
    result = eight_names_with_multiplications(x)
    return result if largest is not None else x
