"""PPO with the environment and the update in one jitted loop, or environment steps alone: the strongest peer.

    ppo_jax.py train|environment

The way of PureJaxRL, in single precision. Compilation is not counted. Environment steps alone write their observations out, as ours do;
where XLA may melt them into a sum it is 15% faster, and no network could be given them.

It is the fastest of what was tried. The width of vectors makes environment steps a tenth faster, and training as fast as before.
Without effect beyond noise on training: unrolled scans (of the rollout, the advantages, the minibatches), other generators
of random numbers (`rbg`, `unsafe_rbg`; on environment steps they are a third slower), observations stored as bytes, XLA without
threads, XLA's fast mathematics. Unrolling makes environment steps slower.
"""

import os
import sys

from world import (ACTIONS, BITS, CELLS, CLIP, DISCOUNT, ENTROPY, ENVIRONMENTS, EPOCHS, HORIZON, LEVELS, MINIBATCHES, NORM,
                   QUICK, RATE, ROLLOUT, TRACE, VALUE, WIDTH, free_cells, moves, now, one_core, report, walls)

one_core()
os.environ["XLA_FLAGS"] = "--xla_cpu_prefer_vector_width=512"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402

jax.config.update("jax_platforms", "cpu")
POOL = walls()
MOVES, PLANES = jnp.asarray(moves(POOL)), jnp.asarray(POOL.astype(np.float32))
FREE, COUNTS = (jnp.asarray(table) for table in free_cells(POOL))
BATCH = ENVIRONMENTS * ROLLOUT
UPDATES = 200 // QUICK


def spawn(key, count):
    draws = jax.random.uniform(key, (3, count))
    level = jnp.minimum((draws[0] * LEVELS).astype(jnp.int32), LEVELS - 1)
    free = COUNTS[level]
    agent = jnp.minimum((draws[1] * free).astype(jnp.int32), free - 1)
    cheese = jnp.minimum((draws[2] * (free - 1)).astype(jnp.int32), free - 2)
    cheese = jnp.where(cheese >= agent, cheese + 1, cheese)
    return {
        "level": level,
        "agent": FREE[level, agent],
        "cheese": FREE[level, cheese],
        "steps": jnp.zeros(count, jnp.int32),
        "total": jnp.zeros(count),
    }


def observe(state):
    cells = jnp.arange(CELLS)
    here = (cells == state["agent"][:, None]).astype(jnp.float32)
    there = (cells == state["cheese"][:, None]).astype(jnp.float32)
    return jnp.concatenate([PLANES[state["level"]], here, there], -1)


def step(state, actions, key):
    agent = MOVES[state["level"], state["agent"], actions]
    touched = agent == state["cheese"]
    steps = state["steps"] + 1
    rewards = jnp.where(touched, 0.99, -0.01)
    ended = touched | (steps >= HORIZON)
    total = state["total"] + rewards
    fresh = spawn(key, actions.shape[0])
    went_on = {**state, "agent": agent, "steps": steps, "total": total}
    return {name: jnp.where(ended, fresh[name], went_on[name]) for name in went_on}, rewards, ended, total


def parameters(key):
    keys = jax.random.split(key, 4)
    orthogonal = jax.nn.initializers.orthogonal
    return [
        (orthogonal(2**0.5)(keys[0], (BITS, WIDTH)), jnp.zeros(WIDTH)),
        (orthogonal(2**0.5)(keys[1], (WIDTH, WIDTH)), jnp.zeros(WIDTH)),
        (orthogonal(0.01)(keys[2], (WIDTH, ACTIONS)), jnp.zeros(ACTIONS)),
        (orthogonal(1.0)(keys[3], (WIDTH, 1)), jnp.zeros(1)),
    ]


def network(layers, x):
    for weight, bias in layers[:2]:
        x = jax.nn.relu(x @ weight + bias)
    (policy, policy_bias), (value, value_bias) = layers[2:]
    return x @ policy + policy_bias, (x @ value + value_bias)[..., 0]


def taken(logits, actions):
    return jnp.take_along_axis(jax.nn.log_softmax(logits), actions[:, None], 1)[:, 0]


def loss(layers, batch):
    observations, actions, old, advantages, targets = batch
    logits, values = network(layers, observations)
    log_policy = jax.nn.log_softmax(logits)
    entropy = -(jnp.exp(log_policy) * log_policy).sum(-1).mean()
    ratio = jnp.exp(jnp.take_along_axis(log_policy, actions[:, None], 1)[:, 0] - old)
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    surrogate = jnp.minimum(advantages * ratio, advantages * jnp.clip(ratio, 1 - CLIP, 1 + CLIP)).mean()
    return -surrogate - ENTROPY * entropy + VALUE * 0.5 * ((values - targets) ** 2).mean()


DECAY = optax.linear_schedule(RATE, 0.0, UPDATES * EPOCHS * MINIBATCHES)
OPTIMISER = optax.chain(optax.clip_by_global_norm(NORM), optax.adam(DECAY, eps=1e-5))


def train(key):
    key, weights, levels = jax.random.split(key, 3)
    layers = parameters(weights)

    def update(carry, _):
        def act(carry, _):
            state, key = carry
            key, choice, fresh = jax.random.split(key, 3)
            observations = observe(state)
            logits, values = network(layers, observations)
            actions = jax.random.categorical(choice, logits)
            state, rewards, ended, total = step(state, actions, fresh)
            return (state, key), (observations, actions, taken(logits, actions), values, rewards, ended, total)

        def advantage(carry, moment):
            ahead, next_value = carry
            value, reward, ended = moment
            on = 1.0 - ended
            ahead = reward + DISCOUNT * next_value * on - value + DISCOUNT * TRACE * on * ahead
            return (ahead, value), ahead

        def epoch(carry, _):
            layers, moments, key = carry
            key, order = jax.random.split(key)
            parts = jax.random.permutation(order, BATCH).reshape(MINIBATCHES, -1)

            def minibatch(carry, picked):
                layers, moments = carry
                changes, moments = OPTIMISER.update(jax.grad(loss)(layers, tuple(x[picked] for x in flat)), moments, layers)
                return (optax.apply_updates(layers, changes), moments), None

            (layers, moments), _ = jax.lax.scan(minibatch, (layers, moments), parts)
            return (layers, moments, key), None

        layers, moments, state, key = carry
        (state, key), (seen, actions, old, values, rewards, ended, total) = jax.lax.scan(act, (state, key), None, ROLLOUT)
        last = network(layers, observe(state))[1]
        start = (jnp.zeros(ENVIRONMENTS), last)
        _, advantages = jax.lax.scan(advantage, start, (values, rewards, ended.astype(jnp.float32)), reverse=True)
        flat = tuple(x.reshape((BATCH,) + x.shape[2:]) for x in (seen, actions, old, advantages, advantages + values))
        (layers, moments, key), _ = jax.lax.scan(epoch, (layers, moments, key), None, EPOCHS)
        mean = (total * ended).sum() / jnp.maximum(ended.sum(), 1)
        return (layers, moments, state, key), mean

    carry = (layers, OPTIMISER.init(layers), spawn(levels, ENVIRONMENTS), key)
    carry, returns = jax.lax.scan(update, carry, None, UPDATES)
    return returns, carry[0]


COUNT, STEPS = 1024, 16384 // QUICK


def environment(key):
    def once(carry, _):
        state, key, sum, _ = carry
        key, choice, fresh = jax.random.split(key, 3)
        state, rewards, _, _ = step(state, jax.random.randint(choice, (COUNT,), 0, ACTIONS), fresh)
        return (state, key, sum + rewards.sum(), observe(state)), None

    key, levels = jax.random.split(key)
    return jax.lax.scan(once, (spawn(levels, COUNT), key, 0.0, jnp.zeros((COUNT, BITS))), None, STEPS)[0]


mode = sys.argv[1]
program, count = {"train": (train, UPDATES * BATCH), "environment": (environment, COUNT * STEPS)}[mode]
compiled = jax.jit(program).lower(jax.random.key(0)).compile()
begun = now()
result = jax.block_until_ready(compiled(jax.random.key(0)))
more = {"first return": float(result[0][0]), "last return": float(result[0][-3:].mean())} if mode == "train" else {}
report(count, begun, **more)
