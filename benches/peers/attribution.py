"""The gradient of the highest logit with respect to every hidden activation, of many states.

    attribution.py jax|torch|captum

A network of 192 bits, 64 and 64 units and 5 logits, on 8,192 states at once. jax differentiates by a zero added to every activation,
and picks the highest logit by its index, which is a fifth faster than by `max`, and than a backward pass written out; torch in one
call for both layers; captum by one call of `LayerGradientXActivation` for each layer. Of the three only torch gives the activations
too, as ours does.
"""

import sys

from processor_torch import load
from world import ACTIONS, BITS, QUICK, WIDTH, now, one_core, report, states

one_core()

import numpy as np  # noqa: E402

BATCH, COUNT = 8192, 1 << (23 if sys.argv[1] == "jax" else 19)
COUNT //= QUICK
library = sys.argv[1]
rows = states()
random = np.random.default_rng(0)
sizes = [BITS, WIDTH, WIDTH, ACTIONS]
shapes = list(zip(sizes[:-1], sizes[1:]))
weights = [random.normal(0, 1 / np.sqrt(i), (i, o)).astype(np.float32) for i, o in shapes]
biases = [random.normal(0, 0.1, o).astype(np.float32) for _, o in shapes]

if library == "jax":
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_platforms", "cpu")

    def highest(added, x):
        first = jax.nn.relu(x @ weights[0] + biases[0]) + added[0]
        second = jax.nn.relu(first @ weights[1] + biases[1]) + added[1]
        logits = second @ weights[2] + biases[2]
        return jnp.where(jnp.arange(ACTIONS) == logits.argmax(-1)[:, None], logits, 0.0).sum()

    @jax.jit
    def gradients(x):
        zero = jnp.zeros((x.shape[0], WIDTH))
        return jax.grad(highest)((zero, zero), x)

    batches = [jnp.asarray(rows[first : first + BATCH]) for first in range(0, len(rows), BATCH)]

    def run(x):
        return jax.block_until_ready(gradients(x))
else:
    torch = load()
    from torch import nn

    layers = [nn.Linear(i, o) for i, o in shapes]
    for layer, weight, bias in zip(layers, weights, biases):
        layer.weight.data, layer.bias.data = torch.from_numpy(weight.T.copy()), torch.from_numpy(bias)
    model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    batches = [torch.from_numpy(rows[first : first + BATCH]) for first in range(0, len(rows), BATCH)]
    if library == "torch":

        def run(x):
            first = model[1](model[0](x))
            second = model[3](model[2](first))
            return torch.autograd.grad(model[4](second).max(-1).values.sum(), [first, second])
    else:
        from captum.attr import LayerGradientXActivation

        attributions = [LayerGradientXActivation(model, model[place], multiply_by_inputs=False) for place in (1, 3)]

        def run(x):
            with torch.no_grad():
                chosen = model(x).argmax(-1)
            return [attribution.attribute(x, target=chosen) for attribution in attributions]


for batch in batches[:3]:
    run(batch)
begun = now()
for index in range(COUNT // BATCH):
    run(batches[index % len(batches)])
report(COUNT // BATCH * BATCH, begun)
