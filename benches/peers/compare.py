"""The work of `run`: builds ours, measures both sides in turn, prints the table."""

import argparse
import json
import os
import pathlib
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STUDY = ROOT / "benches" / "reference.shard"

# Our benches: the target, and the name that criterion gives.
ENVIRONMENT = ("world", "steps/all/1024")
ATTRIBUTION = ("attribution", "states/attribution")

# What is compared: the unit, and the peers with their scripts.
PARTS = {
    "training": ("steps/s", {"JAX": ["ppo_jax.py", "train"], "torch": ["ppo_torch.py"]}),
    "environment": ("steps/s", {"JAX": ["ppo_jax.py", "environment"]}),
    "attribution": (
        "states/s",
        {
            "JAX": ["attribution.py", "jax"],
            "torch": ["attribution.py", "torch"],
            "captum": ["attribution.py", "captum"],
        },
    ),
    "cores": ("steps/s", {"one seed on one core": []}),
}
TITLES = {
    "training": "training",
    "environment": "environment steps, 1,024 environments",
    "attribution": "attribution",
    "cores": "two seeds on two cores",
}
OF_TORCH = {"torch", "captum"}


def main():
    arguments = read()
    peers = {peer for part in arguments.parts for peer in PARTS[part][1]}
    of_torch = bool(peers & OF_TORCH) and not arguments.without_torch
    if arguments.check:
        print(*(["requirements.txt"] if "JAX" in peers else []), *(["requirements-torch.txt"] if of_torch else []))
        return
    if of_torch:
        done = subprocess.run([sys.executable, "-B", HERE / "processor_torch.py"])
        if done.returncode != 0:
            fail("torch cannot be loaded; `--without-torch` leaves it out")
    programs = build(arguments.parts)
    rows = []
    for part in arguments.parts:
        unit, peers = PARTS[part]
        for peer, script in peers.items():
            if not (arguments.without_torch and peer in OF_TORCH):
                rows.append((part, peer, unit, script, []))
    try:
        # Every pair once a round: what changes on the machine over time meets all of them.
        for number in range(arguments.rounds):
            for part, peer, _, script, pairs in rows:
                print(f"round {number + 1} of {arguments.rounds}: {part}, {peer}", file=sys.stderr, flush=True)
                ours = measure_ours(part, programs, arguments.quick)
                theirs = trained(programs, 1, arguments.quick) if part == "cores" else measure_peer(script, arguments.quick)
                pairs.append((ours, theirs))
    except KeyboardInterrupt:
        print("interrupted; what was measured until then:", file=sys.stderr)
        table(rows, arguments.processor)
        sys.exit(130)
    table(rows, arguments.processor)


def read():
    parser = argparse.ArgumentParser(
        prog="benches/peers/run",
        description="shardbed beside other libraries on the same work, on one core, each in turn: rates, and the median over rounds of the "
        "ratio within a round, with the lowest and the highest.",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to compare: {', '.join(PARTS)}; all if absent")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each pair is measured; 5 if absent")
    parser.add_argument("--quick", action="store_true", help="a quarter of the work, 2 rounds: to see that it runs")
    parser.add_argument("--without-torch", action="store_true", help="leaves out torch and captum, and their 1.3 GB")
    parser.add_argument(
        "--processor",
        action="store_true",
        help="rates in seconds of processor time, for a machine on which other programs run; without it, in seconds of the clock",
    )
    # Says which packages are needed.
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for part in arguments.parts:
        if part not in PARTS:
            parser.error(f"there is no part `{part}`; there are {', '.join(PARTS)}")
    if arguments.rounds < 1:
        parser.error("--rounds is at least 1")
    if not hasattr(os, "sched_setaffinity"):
        parser.error("programs are kept on one core in the way of Linux, which this system does not have")
    arguments.parts = list(dict.fromkeys(arguments.parts)) or list(PARTS)
    if "cores" in arguments.parts and len(os.sched_getaffinity(0)) < 2:
        parser.error("the part `cores` needs two cores, and there is one; name the others")
    if arguments.quick:
        arguments.rounds = min(arguments.rounds, 2)
    return arguments


def build(parts):
    """Builds what the parts need; gives the program of each target."""
    wanted = [["build", "--release", "--bin", "shardbed"]] if {"training", "cores"} & set(parts) else []
    benches = [name for part, (name, _) in [("environment", ENVIRONMENT), ("attribution", ATTRIBUTION)] if part in parts]
    if benches:
        wanted.append(["bench", "--no-run", *(word for name in benches for word in ("--bench", name))])
    programs = {}
    for command in wanted:
        command = ["cargo", *command, "--message-format", "json-render-diagnostics"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            fail("shardbed could not be built")
        for line in done.stdout.splitlines():
            message = json.loads(line)
            if message.get("executable") and message["reason"] == "compiler-artifact":
                programs[message["target"]["name"]] = message["executable"]
    return programs


def measure_ours(part, programs, quick):
    match part:
        case "training":
            return trained(programs, 1, quick)
        case "cores":
            return trained(programs, 2, quick)
        case "environment":
            return benched(programs, ENVIRONMENT, quick)
        case "attribution":
            return benched(programs, ATTRIBUTION, quick)


def trained(programs, cores, quick):
    """Training of as many seeds as cores, into a new store: nothing is found again."""
    with tempfile.TemporaryDirectory() as folder:
        command = [programs["shardbed"], "run", STUDY, "--only", "training", "--store", pathlib.Path(folder, "store")]
        command += ["--jobs", str(cores), "--seeds", str(cores), "--steps", "500k" if quick else "2M"]
        said, share = timed([*command, "--format", "json", "--quiet"], cores)
    training = json.loads(said)["trainings"][0]
    return training["steps_per_second"], share


def benched(programs, bench, quick):
    """The mean of a bench of ours, as criterion estimates it."""
    target, name = bench
    with tempfile.TemporaryDirectory() as folder:
        command = [programs[target], "--bench", f"^{name}$", "--noplot", "--quiet", "--nresamples", "1001"]
        command += ["--warm-up-time", "0.5", "--measurement-time", "0.5" if quick else "2"]
        _, share = timed(command, 1, CRITERION_HOME=folder)
        found = list(pathlib.Path(folder).glob("**/new/estimates.json"))
        if len(found) != 1:
            fail(f"there is no bench `{name}` in benches/{target}.rs")
        nanoseconds = json.loads(found[0].read_text())["mean"]["point_estimate"]
        elements = json.loads(found[0].with_name("benchmark.json").read_text())["throughput"]["Elements"]
    return elements / nanoseconds * 1e9, share


def measure_peer(script, quick):
    """What a peer's script says of itself: start-up and compilation are not in it."""
    name, *words = script
    said, _ = timed([sys.executable, "-B", HERE / name, *words, *(["quick"] if quick else [])], 1)
    result = json.loads(said.splitlines()[-1])
    return result["rate"], result["share"]


def timed(command, cores, **environment):
    """Runs a program on so many cores; gives what it prints, and the share of these cores that it had while it ran."""
    chosen = set(sorted(os.sched_getaffinity(0))[:cores])
    used, begun = spent(), time.perf_counter()
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        preexec_fn=lambda: os.sched_setaffinity(0, chosen),
    )
    if done.returncode != 0:
        # A program that the terminal interrupted along with this one.
        if done.returncode in (130, -signal.SIGINT):
            raise KeyboardInterrupt
        fail(f"{' '.join(map(str, command))} failed with code {done.returncode}:\n{done.stderr.strip()[-2000:]}")
    return done.stdout, (spent() - used) / (time.perf_counter() - begun) / cores


def spent():
    """Seconds of processor time of all programs that were run."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def table(rows, processor):
    """Prints a row for each pair that was measured at least once."""
    rows = [row for row in rows if row[4]]
    if not rows:
        return
    cells = [["what", "ours", "peer", "ratio", "lowest to highest", "share of the core"]]
    least = 1.0
    for part, peer, unit, _, pairs in rows:
        shares = [statistics.median(share for _, share in side) for side in zip(*pairs)]
        least = min(least, *shares)
        rates = [[rate / (share if processor else 1) for rate, share in side] for side in zip(*pairs)]
        ratios = [ours / theirs for ours, theirs in zip(*rates)]
        ours, theirs = (rounded(statistics.median(side)) for side in rates)
        spread = f"{min(ratios):.3g} to {max(ratios):.3g}"
        share = " and ".join(f"{share:.0%}" for share in shares)
        cells.append([TITLES[part], f"{ours} {unit}", f"{peer}: {theirs}", f"{statistics.median(ratios):.3g}", spread, share])
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    cells.insert(1, ["-" * width for width in widths])
    for row in cells:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
    seconds = "processor time" if processor else "the clock"
    rounds = "1 round" if len(rows[0][4]) == 1 else f"{len(rows[0][4])} rounds"
    print(f"\nMedians over {rounds}, in seconds of {seconds}, on {machine()}.", flush=True)
    if least < 0.95:
        advice = "" if processor else "; `--processor` counts processor time instead"
        print(f"warning: other programs took up to {1 - least:.0%} of the core, so the ratios are uncertain{advice}", file=sys.stderr)


def rounded(rate):
    """A rate to three digits."""
    digits = max(len(str(int(rate))) - 3, 0)
    return f"{round(rate, -digits):,.0f}"


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


def fail(message):
    print(f"benches/peers: {message}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
