"""The world of the comparison, in numpy: 8x8 cells, a quarter of them walls, one cheese, 192 bits, 5 actions.

An observation has a plane each for walls, the agent and the cheese. Touching the cheese gives 1 and ends the episode, every step
costs .01, and after 64 steps the episode is cut. Levels come from a pool of 256, each with all free cells connected.

It is the world and the training of `benches/reference.shard`, but for these, all of which are less work than ours:
- ours draws a new level for every episode, walls, connected part and all, where the peers look one up in the pool, and where an
  action leads in a table;
- ours bootstraps the value where an episode is cut, which takes another pass through the network; to the peers the cut is an end;
- ours keeps 33 snapshots of the network along training and stores them.
Ours knows of an observation which bits are lit; the peers are given it as the row of numbers that networks take there.
"""

import json
import os
import sys
import time

import numpy as np

SIDE = 8
CELLS = SIDE * SIDE
BITS = 3 * CELLS
ACTIONS = 5
HORIZON = 64
LEVELS = 256
STEPS = [(-1, 0), (1, 0), (0, 1), (0, -1), (0, 0)]

# What all sides train with.
WIDTH = 64
ENVIRONMENTS = 64
ROLLOUT = 128
EPOCHS = 4
MINIBATCHES = 4
RATE = 1e-3
DISCOUNT, TRACE, CLIP, ENTROPY, VALUE, NORM = 0.99, 0.95, 0.2, 0.01, 0.5, 0.5


# What part of the work is measured, for a look at whether it runs.
QUICK = 4 if sys.argv[-1] == "quick" else 1


def one_core():
    """Keeps this process, and every pool of threads that it makes from now on, on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"


def walls():
    """A level a row, a cell a column: 1 where there is a wall."""
    random = np.random.default_rng(0)
    levels = []
    while len(levels) < LEVELS:
        free = random.random((SIDE, SIDE)) >= 0.25
        reached = largest_part(free)
        if reached.sum() >= 36:
            levels.append(~reached.reshape(-1))
    return np.stack(levels).astype(np.uint8)


def largest_part(free):
    """The largest part of the free cells that is connected."""
    left, best = free.copy(), np.zeros_like(free)
    while left.any():
        part = np.zeros_like(free)
        part[np.unravel_index(np.argmax(left), free.shape)] = True
        while True:
            grown = part.copy()
            grown[1:] |= part[:-1]
            grown[:-1] |= part[1:]
            grown[:, 1:] |= part[:, :-1]
            grown[:, :-1] |= part[:, 1:]
            grown &= free
            if (grown == part).all():
                break
            part = grown
        left &= ~part
        best = max(best, part, key=np.sum)
    return best


def moves(walls):
    """The cell that an action leads to: level, cell, action."""
    table = np.tile(np.arange(CELLS)[None, :, None], (len(walls), 1, ACTIONS)).astype(np.int32)
    for cell in range(CELLS):
        row, column = divmod(cell, SIDE)
        for action, (down, right) in enumerate(STEPS):
            y, x = row + down, column + right
            if 0 <= y < SIDE and 0 <= x < SIDE:
                target = y * SIDE + x
                table[:, cell, action] = np.where(walls[:, target] == 1, cell, target)
    return table


def free_cells(walls):
    """The free cells of each level, padded with 0, and how many there are."""
    counts = (walls == 0).sum(1).astype(np.int32)
    cells = np.zeros((len(walls), CELLS), np.int32)
    for level, row in enumerate(walls):
        cells[level, : counts[level]] = np.flatnonzero(row == 0)
    return cells, counts


class Environments:
    """Environments that step together by look-ups in tables, with observations that are changed in place."""

    def __init__(self, count, seed):
        pool = walls()
        self.moves, (self.free, self.counts) = moves(pool), free_cells(pool)
        self.planes = pool.astype(np.float32)
        self.random = np.random.default_rng(seed)
        self.all = np.arange(count)
        self.agent, self.cheese, self.level, self.steps = (np.zeros(count, np.int32) for _ in range(4))
        self.total = np.zeros(count, np.float32)
        self.observations = np.zeros((count, BITS), np.float32)
        self.returns = []
        self.reset(self.all)

    def reset(self, which):
        level = self.random.integers(0, LEVELS, len(which))
        count = self.counts[level]
        agent = (self.random.random(len(which)) * count).astype(np.int32)
        cheese = (self.random.random(len(which)) * (count - 1)).astype(np.int32)
        cheese += cheese >= agent
        self.level[which], self.steps[which], self.total[which] = level, 0, 0
        self.agent[which], self.cheese[which] = self.free[level, agent], self.free[level, cheese]
        self.observations[which, :CELLS] = self.planes[level]
        self.observations[which, CELLS:] = 0
        self.observations[which, CELLS + self.agent[which]] = 1
        self.observations[which, 2 * CELLS + self.cheese[which]] = 1

    def step(self, actions):
        self.observations[self.all, CELLS + self.agent] = 0
        self.agent = self.moves[self.level, self.agent, actions]
        self.observations[self.all, CELLS + self.agent] = 1
        self.steps += 1
        touched = self.agent == self.cheese
        rewards = np.where(touched, np.float32(0.99), np.float32(-0.01))
        ended = touched | (self.steps >= HORIZON)
        self.total += rewards
        if ended.any():
            which = np.flatnonzero(ended)
            self.returns.extend(self.total[which].tolist())
            self.reset(which)
        return rewards, ended


def states(count=65536):
    """Observations that a random walk meets."""
    environments = Environments(1024, 3)
    random = np.random.default_rng(4)
    rows = []
    for _ in range(count // 1024):
        environments.step(random.integers(0, ACTIONS, 1024))
        rows.append(environments.observations.copy())
    return np.concatenate(rows)


def now():
    """The time, and the processor time of this process."""
    return time.perf_counter(), time.process_time()


def report(count, begun, **more):
    """Prints the rate of a part that began then, the share of the core that it had, and whatever else is to be known."""
    seconds, used = (end - start for end, start in zip(now(), begun))
    print(json.dumps({"rate": count / seconds, "share": used / seconds, **more}), flush=True)
