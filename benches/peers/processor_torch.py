"""torch from the Python registry, on the processor alone.

    processor_torch.py

The registry's torch for Linux is linked against eleven libraries of graphics cards, 4 GB, of which work on a processor calls no
function. Run as a program, this puts empty libraries in their place, made by the C compiler, until torch can be imported. Only the CUDA
runtime, 2 MB, is the real one, since torch tells it what it holds while it is loaded. Functions that the empty libraries lack
are looked up when they are first called, which is never. What torch computes on the processor is not touched.
"""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys


def load():
    """Imports torch, for one thread."""
    sys.setdlopenflags(os.RTLD_LAZY)
    import torch

    torch.set_num_threads(1)
    return torch


def fault():
    """Why torch cannot be imported; empty if it can."""
    attempt = subprocess.run([sys.executable, "-B", __file__, "load"], capture_output=True, text=True)
    return "" if attempt.returncode == 0 else attempt.stderr.strip() or f"code {attempt.returncode}"


def complete():
    """Makes the empty libraries, unless torch can be imported as it is."""
    said = fault()
    if not said:
        return
    runtime = importlib.util.find_spec("nvidia.cu13")
    if runtime is None:
        sys.exit(f"torch cannot be imported:\n{said}")
    folder = pathlib.Path(runtime.submodule_search_locations[0], "lib")
    for path in folder.glob("*.so*"):
        if not path.name.startswith("libcudart"):
            path.unlink()
    made, data = [], []
    while said:
        library = re.search(r"(lib\w+\.so[.\d]*): cannot open shared object file", said)
        symbol = re.search(r"undefined symbol: (\w+)", said)
        if library and library[1] not in made:
            made.append(library[1])
            empty(folder / library[1], [])
        elif symbol and made and symbol[1] not in data:
            # Data are looked up at once. It does not matter in which of the libraries they are.
            data.append(symbol[1])
            empty(folder / made[0], data)
        else:
            sys.exit(f"torch cannot be imported:\n{said}")
        said = fault()


def empty(path, data):
    """A library with nothing but room for these data."""
    source = "".join(f"void *{name}[64];\n" for name in data)
    command = ["cc", "-shared", "-fPIC", "-x", "c", "-", f"-Wl,-soname,{path.name}", "-o", str(path)]
    subprocess.run(command, input=source, text=True, check=True)


if __name__ == "__main__":
    load() if sys.argv[1:] == ["load"] else complete()
