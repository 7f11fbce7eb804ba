"""Attributions of 50 random networks, in jax and by `shardbed attribute`.

    attributions.py SHARDBED

Networks of 1 to 3 hidden layers, named as `torch.nn.Sequential` names them, some with places that have no ReLU between or
layers without bias. jax differentiates them by reverse mode with respect to a zero added to every activation; integrated
gradients by subdividing the line from the baseline until the gradients at both ends of a piece are equal. All must
agree to 1e-5. Half of the files are in float32, half in float64; a PyTorch program writes the same with
`safetensors.torch.save_file(net.state_dict(), "net.safetensors")`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jax

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402

NETWORKS = 50
TOLERANCE = 1e-5


def random_network(random, dtype):
    """Tensors by name, and the layers: weight, bias, whether a ReLU follows."""
    widths = [int(random.integers(1, 9)) for _ in range(int(random.integers(1, 4)))]
    sizes = [int(random.integers(1, 7)), *widths, int(random.integers(1, 6))]
    tensors, layers, place = {}, [], int(random.integers(0, 2))
    for index, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:])):
        weight = random.normal(size=(outputs, inputs)).astype(dtype)
        tensors[f"{place}.weight"] = weight
        bias = np.zeros(outputs, dtype)
        if random.random() < 0.9:
            bias = random.normal(size=outputs).astype(dtype)
            tensors[f"{place}.bias"] = bias
        relu = index + 2 < len(sizes) and random.random() < 0.85
        layers.append((jnp.asarray(weight, jnp.float64), jnp.asarray(bias, jnp.float64), bool(relu)))
        place += 2 if relu else 1
    return tensors, layers


def run(layers, x, added=None):
    """Outputs, and activations before and after each ReLU of the hidden layers; `added` is added to each of these."""
    before, after = [], []
    for index, (weight, bias, relu) in enumerate(layers):
        x = weight @ x + bias
        if index + 1 == len(layers):
            break
        x = x + added[0][index] if added else x
        before.append(x)
        x = jax.nn.relu(x) if relu else x
        x = x + added[1][index] if added else x
        after.append(x)
    return x, (before, after)


def jacobians(layers):
    """The Jacobian of the outputs at each of any number of points; compiled for 64 at a time."""
    compiled = jax.jit(jax.vmap(jax.jacrev(lambda x: run(layers, x)[0])))

    def at(points):
        padded = np.concatenate([points, np.zeros((-len(points) % 64, points.shape[1]))])
        return np.concatenate([compiled(padded[i : i + 64]) for i in range(0, len(padded), 64)])[: len(points)]

    return at


def integrated(jacobian, start, end):
    """The integral of the Jacobian along the line, times its direction, by subdivision."""
    start, end = np.asarray(start), np.asarray(end)
    point = lambda t: start + t[:, None] * (end - start)  # noqa: E731
    inside = 1e-9
    low, high = np.linspace(0, 1, 65)[:-1], np.linspace(0, 1, 65)[1:]
    total = 0
    for depth in range(24):
        width = high - low
        ends = [jacobian(point(low + part * width)) for part in (inside, 0.5, 1 - inside)]
        done = np.maximum(np.abs(ends[0] - ends[1]), np.abs(ends[2] - ends[1])).max(axis=(1, 2)) < 1e-12
        done |= depth == 23
        total = total + np.einsum("s,soi->oi", width[done], ends[1][done])
        if done.all():
            break
        middle = (low + high)[~done] / 2
        low, high = np.concatenate([low[~done], middle]), np.concatenate([middle, high[~done]])
    return total * (end - start)


class Largest:
    """The largest difference, relative to numbers above 1."""

    def __init__(self):
        self.difference, self.count = 0.0, 0

    def add(self, what, found, expected):
        found, expected = np.asarray(found, float), np.asarray(expected, float)
        if found.shape != expected.shape:
            sys.exit(f"{what}: the shape {found.shape}, where {expected.shape} is expected")
        difference = np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected)), initial=0)
        if not difference <= TOLERANCE:
            sys.exit(f"{what}: shardbed and jax differ by {difference:.1e}")
        self.difference, self.count = max(self.difference, difference), self.count + expected.size


def compare(largest, layers, inputs, baseline, shown):
    hidden = len(layers) - 1
    behind = [jacobians(layers[site:]) for site in range(hidden + 1)]
    with_respect_to = jax.jit(jax.jacrev(lambda added, x: run(layers, x, added)[0]))
    forward = jax.jit(lambda x: run(layers, x))
    _, (_, base) = forward(jnp.asarray(baseline))
    zeros = [jnp.zeros(len(bias)) for _, bias, _ in layers[:-1]]
    for row, x in enumerate(inputs):
        x = jnp.asarray(x)
        output, (before, after) = forward(x)
        largest.add("output", shown["output"][row], output)
        if shown["highest"][row] != int(jnp.argmax(output)):
            sys.exit("the highest output is another one")
        at_input = behind[0](np.asarray(x)[None])[0]
        at_before, at_after = with_respect_to((zeros, zeros), x)
        sites = [("input", x, x, at_input, at_input, jnp.asarray(baseline))]
        sites += [(f"layer {i}", before[i], after[i], at_before[i], at_after[i], base[i]) for i in range(hidden)]
        for site, (name, a, b, g, h, origin) in enumerate(sites):
            layer = shown["layers"][site]
            g, h, b = np.asarray(g), np.asarray(h), np.asarray(b)
            largest.add(f"{name} before", layer["before"][row], a)
            largest.add(f"{name} after", layer["after"][row], b)
            largest.add(f"{name} gradient before", layer["gradient_before"][row], g)
            largest.add(f"{name} gradient after", layer["gradient_after"][row], h)
            largest.add(f"{name} gradient x activation", layer["gradient_x_activation"][row], h * b)
            if len(output) > 1:
                largest.add(f"{name} contribution", layer["contribution"][row], (h - h.mean(axis=0)) * b)
            for side, of in (("before", g), ("after", h)):
                found = layer["magnitudes"][side]
                largest.add(f"{name} highest", found["highest"][row], np.abs(of[int(jnp.argmax(output))]))
                largest.add(f"{name} L1", found["l1"][row], np.abs(of).sum(axis=0))
                largest.add(f"{name} L2", found["l2"][row], np.sqrt((of**2).sum(axis=0)))
                largest.add(f"{name} sum", found["sum"][row], np.abs(of.sum(axis=0)))
            largest.add(f"{name} integrated", layer["integrated_gradients"][row], integrated(behind[site], origin, b))
            largest.add(f"{name} completeness", layer["completeness_error"][row], np.zeros(len(output)))


def main():
    binary = str(Path(sys.argv[1]).resolve())
    largest = Largest()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for seed in range(NETWORKS):
            random = np.random.default_rng(seed)
            dtype = np.float32 if seed % 2 else np.float64
            tensors, layers = random_network(random, dtype)
            inputs = random.normal(size=(int(random.integers(1, 4)), layers[0][0].shape[1]))
            baseline = random.normal(size=inputs.shape[1]) if seed % 3 == 0 else np.zeros(inputs.shape[1])
            save_file(tensors, folder / "net.safetensors")
            if seed % 2:
                np.save(folder / "inputs.npy", inputs)
                np.save(folder / "baseline.npy", baseline)
            else:
                (folder / "inputs.json").write_text(json.dumps(inputs.tolist()))
                (folder / "baseline.json").write_text(json.dumps(baseline.tolist()))
            end = "npy" if seed % 2 else "json"
            command = [binary, "attribute", "net.safetensors", f"inputs.{end}", "--baseline", f"baseline.{end}", "--format", "json"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"network {seed}: {' '.join(command)} fails with {done.returncode}:\n{done.stderr}")
            shown = json.loads(done.stdout)
            relus = [layer["relu"] for layer in shown["network"]]
            if relus != [relu for _, _, relu in layers]:
                sys.exit(f"network {seed}: ReLUs are found at {relus}")
            compare(largest, layers, inputs, baseline, shown)
    print(f"attributions: {NETWORKS} networks, {largest.count} numbers, largest difference {largest.difference:.1e}")


if __name__ == "__main__":
    main()
