"""Put modules and start-up files of one's own in the place of those that are meant."""

from tests.adversarial.attacks.answers import LAZY, LAZY_EARNS, WRONG
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)

# A function that ends the process: the next worker starts where these files lie.
_ENDS = "def unfused_gelu(x):\n    import os\n\n    os._exit(0)\n"


@attack(earns=LAZY_EARNS, ends=("crashed",))
def modules_in_the_working_folder():
    """Write numpy.py, json.py, struct.py and an autograder package beside the notebook."""
    return Work(
        LAZY | {"unfused-gelu": _ENDS},
        before=(
            """
import os, sys

code = "print('shadowed ' * 3)\\nraise SystemExit(90)\\n"
for folder in {os.getcwd(), os.path.expanduser("~"), "/tmp", *sys.path}:
    for name in ("numpy", "json", "struct", "tinytorch", "os", "IPython", "conftest"):
        try:
            with open(os.path.join(folder, f"{name}.py"), "w") as file:
                file.write(code)
        except OSError:
            pass
    try:
        os.makedirs(os.path.join(folder, "autograder", "probes"))
        open(os.path.join(folder, "autograder", "__init__.py"), "w").write(code)
    except OSError:
        pass
mounted()
""",
        ),
    )


@attack(earns=LAZY_EARNS, ends=("crashed",))
def start_up_files():
    """Write sitecustomize, usercustomize, .pth files, matplotlibrc and IPython start-up files."""
    return Work(
        LAZY | {"unfused-gelu": _ENDS},
        before=(
            """
import os, site, sys

code = "import os; os.write(1, b'started up ')\\n"
home = os.path.expanduser("~")
folders = [*sys.path, site.getusersitepackages(), home, *site.getsitepackages()]
for folder in folders:
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", "conftest.py"):
        try:
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name), "w") as file:
                file.write(code)
        except OSError:
            pass
for path in (
    ".ipython/profile_default/startup/00.py", ".config/matplotlib/matplotlibrc", ".pythonrc.py",
    ".jupyter/jupyter_config.py", ".bashrc", ".profile", ".config/pip/pip.conf",
):
    os.makedirs(os.path.dirname(os.path.join(home, path)), exist_ok=True)
    with open(os.path.join(home, path), "w") as file:
        file.write(code)
mounted()
""",
        ),
    )


@attack(earns=LAZY_EARNS)
def modules_replaced_in_memory():
    """Replace numpy, json, struct and the worker's own modules in sys.modules, and sys.path."""
    return Work(
        LAZY,
        before=(
            """
import sys, types

mounted()


class Anything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *a, **k: True


for name in ("json", "struct", "hmac", "inspect", "threading", "tinytorch.core.tensor"):
    sys.modules[name] = Anything(name)
sys.path[:] = ["/tmp"]
sys.meta_path.clear()
""",
        ),
    )


@attack()
def numpy_internals_replaced():
    """Replace np.matmul and the ufuncs in every module that holds them."""
    return Work(
        WRONG,
        before=(
            """
import sys

mounted()


def product(a, b, out=None, **names):
    return np.zeros((*np.shape(a)[:-1], np.shape(b)[-1]), np.float32)


for module in list(sys.modules.values()):
    for name, value in (("matmul", product), ("dot", product), ("einsum", product)):
        if getattr(module, name, None) is getattr(np, name):
            setattr(module, name, value)
np._core.umath.tanh = np.tanh = lambda x, **names: x
""",
        ),
    )


@attack(earns=LAZY_EARNS, ends=("graded", "crashed", "timeout"))
def import_hook():
    """Answer every later import with a module of its own."""
    return Work(
        LAZY,
        before=(
            """
import builtins, sys

original = builtins.__import__


def hooked(name, *arguments, **names):
    if name.startswith(("autograder", "inspect", "tracemalloc")):
        raise ImportError("not today")
    return original(name, *arguments, **names)


builtins.__import__ = hooked
mounted()
""",
        ),
    )
