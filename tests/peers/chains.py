"""200 random chains of 2 to 12 states, in quantecon, in deeptime and by `shardbed chain`.

    chains.py SHARDBED

Five kinds in turn: dense, sparse, periodic, several classes apart, transient states before several classes. quantecon
gives classes, periods and stationary distributions (the latter two class by class, since it has no period for chains
with several); deeptime gives first-passage times within recurrent classes, hitting probabilities with every recurrent class
as one absorbing state (it cannot solve for others), eigenvalues of dense chains, whose eigenvectors are well
conditioned, and counts of sequences. Return times are one over the stationary probability. All agree to 1e-9.
"""

import json
import subprocess
import sys
from collections import Counter

import numpy as np
from deeptime.markov import TransitionCountEstimator
from deeptime.markov.tools.analysis import eigenvalues, hitting_probability, mfpt
from quantecon import MarkovChain

CHAINS = 200
TOLERANCE = 1e-9
SEED = 20261123


def rows(random, states, density):
    """Random rows, none of them empty."""
    weights = random.random((states, states)) * (random.random((states, states)) < density)
    for row, numbers in enumerate(weights):
        if not numbers.any():
            numbers[random.integers(states)] = 1.0
        weights[row] = numbers / numbers.sum()
    return weights


def periodic(random, states):
    """States in 2 or more groups, each of which leads to the next alone."""
    groups = int(random.integers(2, states + 1))
    group = np.arange(states) % groups
    weights = random.random((states, states)) * (group[None, :] == (group[:, None] + 1) % groups)
    return weights / weights.sum(axis=1, keepdims=True)


def apart(random, states):
    """Two classes or more that do not lead to one another."""
    p = np.zeros((states, states))
    cuts = sorted(random.choice(np.arange(1, states), size=int(random.integers(1, min(3, states))), replace=False))
    for start, end in zip([0, *cuts], [*cuts, states]):
        size = end - start
        block = periodic(random, size) if size > 1 and random.random() < 0.5 else rows(random, size, 1.0)
        p[start:end, start:end] = block
    return p


def transient(random, states):
    """The same, with the first states leading into it."""
    first = int(random.integers(1, states))
    p = np.zeros((states, states))
    p[first:, first:] = apart(random, states - first) if states - first > 1 else 1.0
    leaving = random.random((first, states)) * (random.random((first, states)) < 0.6)
    leaving[np.arange(first), first + random.integers(states - first, size=first)] += 0.3
    p[:first] = leaving / leaving.sum(axis=1, keepdims=True)
    return p


def shuffled(random, p):
    """The same chain with other numbers for its states."""
    order = random.permutation(len(p))
    return p[np.ix_(order, order)]


KINDS = {
    "dense": lambda random, states: rows(random, states, 1.0),
    "sparse": lambda random, states: rows(random, states, 0.35),
    "periodic": periodic,
    "apart": apart,
    "transient": transient,
}


def shardbed(program, chain):
    said = subprocess.run(
        [program, "chain", "-", "--format", "json"], input=json.dumps(chain), text=True, capture_output=True
    )
    if said.returncode:
        raise SystemExit(f"shardbed fails: {said.stderr}")
    return json.loads(said.stdout)


def close(what, ours, theirs):
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    error = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))
    if ours.shape != theirs.shape or not (error <= TOLERANCE).all():
        raise SystemExit(f"{what}: shardbed has {ours}, the peer {theirs}")
    return ours.size


def compare(program, kind, p):
    """How many numbers were compared."""
    found = shardbed(program, {"transition": p.tolist()})
    chain = MarkovChain(p)
    classes = found["classes"]
    ours = sorted(one["states"] for one in classes)
    if ours != sorted(sorted(map(int, states)) for states in chain.communication_classes):
        raise SystemExit(f"classes: {ours} of {p}")
    recurrent = [one for one in classes if one["recurrent"]]
    ours = sorted(one["states"] for one in recurrent)
    if ours != sorted(sorted(map(int, states)) for states in chain.recurrent_classes):
        raise SystemExit(f"recurrent classes: {ours} of {p}")
    compared = 0
    passage = np.array(found["mean_first_passage"], dtype=float)
    for one in recurrent:
        states = one["states"]
        block = p[np.ix_(states, states)]
        peer = MarkovChain(block)
        if one["period"] != peer.period:
            raise SystemExit(f"period: {one['period']} of {block}, the peer has {peer.period}")
        pi = peer.stationary_distributions[0]
        compared += 1 + close("stationary", [one["stationary"][state] for state in states], pi)
        compared += close("return times", [found["returns"][state]["mean_time"] for state in states], 1 / pi)
        if len(states) > 1:
            for place, target in enumerate(states):
                compared += close("first passage", passage[states, target], mfpt(block, place))
    return compared + compare_hitting(p, found, recurrent) + compare_spectrum(kind, p, found)


def compare_hitting(p, found, recurrent):
    inside = {state for one in recurrent for state in one["states"]}
    before = [state for state in range(len(p)) if state not in inside]
    if not before:
        return 0
    # Every recurrent class as one absorbing state.
    into = [p[np.ix_(before, one["states"])].sum(axis=1, keepdims=True) for one in recurrent]
    above = np.hstack([p[np.ix_(before, before)], *into])
    below = np.hstack([np.zeros((len(recurrent), len(before))), np.eye(len(recurrent))])
    lumped = np.vstack([above, below])
    hitting = np.array(found["hitting"])
    compared = 0
    for place, one in enumerate(recurrent):
        theirs = hitting_probability(lumped, len(before) + place)[: len(before)]
        compared += close("absorption", hitting[before, one["states"][0]], theirs)
    for place, target in enumerate(before):
        theirs = hitting_probability(lumped, place)[: len(before)]
        compared += close("hitting", hitting[before, target], theirs)
    return compared


def compare_spectrum(kind, p, found):
    if kind != "dense":
        return 0
    ours = [complex(value["real"], value["imaginary"]) for value in found["spectrum"]["eigenvalues"]]
    for theirs in eigenvalues(p):
        nearest = min(ours, key=lambda value: abs(value - theirs))
        close("eigenvalue", [nearest], [theirs])
        ours.remove(nearest)
    return len(p)


def compare_counts(program, random, p):
    sequences = []
    for _ in range(3):
        walk = [int(random.integers(len(p)))]
        while len(walk) < 50:
            walk.append(int(random.choice(len(p), p=p[walk[-1]])))
        sequences.append(walk)
    found = shardbed(program, {"states": [f"s{state}" for state in range(len(p))], "sequences": sequences})
    peer = TransitionCountEstimator(1, "sliding", n_states=len(p)).fit_fetch([np.array(walk) for walk in sequences])
    return close("counts", found["counts"], peer.count_matrix)


def main():
    random = np.random.default_rng(SEED)
    compared, kinds = 0, Counter()
    for index in range(CHAINS):
        kind = list(KINDS)[index % len(KINDS)]
        states = 2 + int(random.integers(11))
        p = shuffled(random, KINDS[kind](random, states))
        compared += compare(sys.argv[1], kind, p)
        if index % 10 == 0:
            compared += compare_counts(sys.argv[1], random, p)
        kinds[kind] += 1
    print(f"{compared} numbers of {CHAINS} chains ({dict(kinds)}) agree to {TOLERANCE}")


if __name__ == "__main__":
    main()
