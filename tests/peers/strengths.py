"""Strengths, recomputed in numpy from what `shardbed export` writes.

    strengths.py SHARDBED [PREDICTION]

Runs a small study in a folder of its own, exports it, and fits the strengths again by the formula in
`src/selection/strength.rs`: each unit's contribution regressed on the features of all heuristics jointly, with Fisher
weight, a ridge of 1e-4 of the mean diagonal, on the directions that the probe bank tells apart. Nothing is taken from
the export but features, contributions and logits. They must agree with the exported tables to 1e-6. A second time the
contributions themselves are computed from the network in safetensors and the observations, in float64: to 1e-4, since
shardbed runs networks in float32.
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

RIDGE = 1e-4
CUT = 0.05

STUDY = """\
edition 1

world field {
  layout scatter 7x7 walls 12%
  view offsets
  horizon 40
  object cheese { at anywhere; reward +1; vanishes; count 2 }
  object coin { at anywhere }
}

study peers {
  on field
  agent mlp(24, 16)
  train ppo { steps 40k; seeds 3 }

  heuristic to_cheese { if cheese visible then move toward cheese }
  heuristic to_coin { if coin visible then move toward coin }
  heuristic go_east { if always then move east }
  heuristic go_free { if wall north or wall south or wall east or wall west then move free }

  phase coins after train { object coin { reward +1; vanishes }; object cheese { reward 0 }; train { steps 20k } }

  predict share(to_cheese) > share(to_coin) = 90%
}
"""


def shardbed(binary, *arguments, folder):
    done = subprocess.run([binary, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"shardbed {' '.join(arguments)} fails with {done.returncode}:\n{done.stderr}")
    return done.stdout


def fisher_weights(logits):
    """0.9 of the network's own policy, 0.1 of the uniform one."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return 0.9 * p / p.sum(axis=1, keepdims=True) + 0.1 / logits.shape[1]


def gram(phi, q):
    """sum over states of Phi^T (diag(q) - q q^T) Phi."""
    mean = np.einsum("sha,sa->sh", phi, q)
    return np.einsum("sha,sa,ska->hk", phi, q, phi) - np.einsum("sh,sk->hk", mean, mean)


def identified(phi):
    """Columns that span the strengths which the bank tells apart: eigenvectors of the correlation form at the uniform policy."""
    uniform = gram(phi, np.full((phi.shape[0], phi.shape[2]), 1 / phi.shape[2]))
    fires = np.diag(uniform) > 0
    scale = np.where(fires, 1 / np.sqrt(np.where(fires, np.diag(uniform), 1)), 0)
    values, vectors = np.linalg.eigh((uniform * np.outer(scale, scale))[np.ix_(fires, fires)])
    basis = np.zeros((len(fires), int((values >= CUT).sum())))
    basis[fires] = vectors[:, values >= CUT]
    return basis * scale[:, None]


def strengths(phi, logits, contributions):
    q = fisher_weights(logits)
    g = gram(phi, q)
    ridged = g + RIDGE * np.trace(g) / len(g) * np.eye(len(g))
    basis = identified(phi)
    solve = basis @ np.linalg.inv(basis.T @ ridged @ basis) @ basis.T
    centred = phi - np.einsum("sha,sa->sh", phi, q)[:, :, None]
    moments = np.einsum("sha,sa,sua->uh", centred, q, contributions)
    return (moments @ solve).sum(axis=0)


def run_network(tensors, x):
    """Logits and the contributions of the last hidden layer, in float64."""
    places = sorted(int(name.split(".")[0]) for name in tensors if name.endswith(".weight"))
    for place in places[:-1]:
        x = np.maximum(x @ tensors[f"{place}.weight"].astype(float).T + tensors[f"{place}.bias"], 0)
    weight, bias = tensors[f"{places[-1]}.weight"].astype(float), tensors[f"{places[-1]}.bias"]
    centred = weight - weight.mean(axis=0)
    return x @ weight.T + bias, x[:, :, None] * centred.T[None]


def compare(export):
    """The largest differences from the tables: of strengths from exported contributions, and from the network alone."""
    manifest = json.loads((export / "manifest.json").read_text())
    phi = np.load(export / "bank/phi.npy")
    observations = np.load(export / "bank/observations.npy")
    table = np.load(export / "tables/strength.npy")
    names = [training["name"] for training in manifest["trainings"]]
    if table.shape != (len(names), len(manifest["seeds"]), len(manifest["heuristics"])):
        sys.exit(f"tables/strength.npy has the shape {table.shape}")
    with open(export / "tables/heuristics.csv", newline="") as file:
        rows = {(row["training"], int(row["seed"]), row["heuristic"]): float(row["strength"]) for row in csv.DictReader(file)}
    if len(rows) != table.size:
        sys.exit(f"tables/heuristics.csv has {len(rows)} rows, where {table.size} are expected")
    worst, worst_alone = 0.0, 0.0
    for i, name in enumerate(names):
        for j, seed in enumerate(manifest["seeds"]):
            folder = export / "attributions" / name / f"seed-{seed}"
            logits, contributions = np.load(folder / "logits.npy"), np.load(folder / "contributions.npy")
            if not np.array_equal(table[i, j], [rows[name, seed, h] for h in manifest["heuristics"]]):
                sys.exit(f"tables/heuristics.csv and tables/strength.npy differ after {name}, seed {seed}")
            if not np.allclose(np.load(folder / "q.npy"), fisher_weights(logits), rtol=0, atol=1e-12):
                sys.exit(f"{folder}/q.npy is not 0.9 softmax(logits) + 0.02")
            scale = np.abs(table[i, j]).max()
            # The comparison below also fails on what is no number: np.maximum keeps it, max would not.
            worst = np.maximum(worst, np.abs(strengths(phi, logits, contributions) - table[i, j]).max() / scale)
            tensors = load_file(export / "networks" / name / f"seed-{seed}" / "policy.safetensors")
            alone = strengths(phi, *run_network(tensors, observations.astype(float)))
            worst_alone = np.maximum(worst_alone, np.abs(alone - table[i, j]).max() / scale)
    return table.size, worst, worst_alone


def main():
    binary = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        text = Path(sys.argv[2]).read_text() if len(sys.argv) > 2 else STUDY
        (Path(folder) / "peers.shard").write_text(text)
        shardbed(binary, "run", "peers.shard", "--quiet", folder=folder)
        runs = json.loads(shardbed(binary, "runs", "--format", "json", folder=folder))
        shardbed(binary, "export", runs[0]["id"], "--output", "export", folder=folder)
        count, worst, alone = compare(Path(folder) / "export")
    print(f"strengths: {count} numbers, largest relative difference {worst:.1e}; from the networks alone {alone:.1e}")
    if not (worst <= 1e-6 and alone <= 1e-4):
        sys.exit("strengths: numpy and shardbed differ by more than 1e-6, or by more than 1e-4 from the networks alone")


if __name__ == "__main__":
    main()
