#!/usr/bin/env python3
"""Damages files and combines flags at random, gives them to the ampa command, and judges what it does.

    tests/robustness/mutate.py [--ampa FILE] [--files 10000] [--combinations 2000] [--seed 1] [--only KIND;KIND]

A finding is: a signal; more than --hang-seconds; an exit code that is none of ampa's; a failure without a line that starts with
"ampa: "; a refusal of a damaged file whose message names neither file nor folder; damage accepted where a checksum or digest
stands over it; control characters in the terminal; an output left behind by a refused call. Findings stay in a folder with the
input and the call. Prints tables of counts; the exit code is 1 if anything was found.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import inputs
import mutations

CODES = {0: "accepted", 1: "run failed", 2: "refused", 3: "mismatch"}
OK, BAD_INPUT = 0, 2

# What flags are given, sensible or not.
VALUES = ["1", "2", "8", "0", "-1", "1.0", "1e1", ".5", "+2", "x", "", "int8", "ampa", "fp32", "int8-3x5", "fused-16x16", "rtl", "tlm",
          "cpu", "nonsense", "latency=20,bytes_per_cycle=4", "ideal", "a=4K,b=4K,sums=4K,port=8", "record.json", "tinycnn", "synthetic",
          "conv.csv", "99999999999999999999", "w4a8g6", "@absent.json", "4,6,8", "inf", "fwd,dgrad", "sums", "codes", "1..2", "absent",
          "new.csv", "\x1b[2J"]
FEW = [*inputs.SMALL, "--epochs", "1", "--max-train", "16", "--max-test", "8"]
# What every call of a command begins with, so that a combination of flags may be one that runs, and briefly.
BEGIN = {("train",): FEW, ("estimate",): ["--network", "tinycnn"], ("evaluate",): ["run"], ("export",): ["--run", "run"], ("simulate",): [], ("compare",): [],
         ("table14",): [], ("trace", "record"): FEW, ("trace", "replay"): ["step"], ("sweep",): ["sweep_file.json"],
         ("recommend",): ["out"], ("report",): ["out"], ("list",): ["networks"]}


def run(ampa, arguments, folder, seconds):
    """None if it takes longer."""
    try:
        return subprocess.run([ampa, *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


def complaint(result, names):
    """What is wrong with an answer in itself, or None. names: one of them has to be in the message of a refusal."""
    if result is None:
        return "no end"
    if result.returncode not in CODES:
        return f"exit code {result.returncode}"
    if any(byte < 32 and byte not in b"\t\n\r" for byte in result.stderr.replace(b"\r\x1b[K", b"")):
        return "control characters in the terminal"
    errors = [row for row in result.stderr.decode(errors="replace").splitlines() if "ampa: " in row]
    if result.returncode != OK and not errors:
        return "an error without a message"
    if result.returncode == BAD_INPUT and names and not any(name in row for row in errors for name in names):
        return "a message without the file"
    return None


def outcome(verdict, found, folder, call, result):
    """Keeps what was found, with what it takes to see it again."""
    if found is None:
        shutil.rmtree(folder)
        return verdict, None, None
    said = result.stderr.decode(errors="replace") if result else ""
    (folder / "CALL").write_text(f"{found}\nampa {call!r}\n\n{said}")
    return verdict, found, folder


def try_file(ampa, base, kind, seed, seconds):
    rng = random.Random(seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ampa_mutate."))
    shutil.copytree(base / kind.folder, folder, dirs_exist_ok=True)
    path = folder / rng.choice(kind.files)
    sound = path.read_bytes()
    data = mutations.damaged(rng, kind.mutations, sound)
    path.write_bytes(data)
    result = run(ampa, kind.call, folder, seconds)
    found = complaint(result, [path.name, path.parent.name, "absent"])
    code = result.returncode if result else None
    if found is None and code == OK and kind.sealed and not kind.sealed(data, sound):
        found = "accepted damage"
    if found is None and code == BAD_INPUT and any((folder / output).exists() for output in kind.outputs):
        found = "an output of a refused call"
    return outcome(CODES.get(code, "other"), found, folder, kind.call, result)


def command_flags(ampa, folder):
    """The flags of every command, as its help names them."""
    def flags(way):
        shown = run(ampa, [*way, "--help"], folder, 20).stdout.decode()
        return sorted(set(re.findall(r"--[a-z][a-z0-9-]+", shown)) - {"--help"})

    return {way: flags(way) for way in BEGIN}


def try_flags(ampa, base, flags, seed, seconds):
    rng = random.Random(seed)
    way = rng.choice(sorted(flags))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ampa_flags."))
    for part in ["topology", "sweep", "trace"]:
        shutil.copytree(base / part, folder, dirs_exist_ok=True)
    shutil.copytree(base / "run", folder / "run")
    shutil.copy(base / "run/record.json", folder / "record.json")
    call = [*way, *BEGIN[way]]
    for flag in rng.sample(flags[way], min(len(flags[way]), rng.choice([1, 1, 2, 2, 3, 4]))):
        call += [flag, rng.choice(VALUES)] if rng.random() < 0.9 else [flag]
    result = run(ampa, call, folder, seconds)
    return outcome(CODES.get(result.returncode if result else None, "other"), complaint(result, []), folder, call, result)


def table(title, counts):
    print(f"| {title} | tried | accepted | refused | run failed | mismatch | findings |\n|---|---|---|---|---|---|---|")
    total = collections.Counter()
    for name in sorted(counts):
        total.update(counts[name])
    for name, row in [*sorted(counts.items()), ("all", total)]:
        print(f"| {name} | {row['tried']} | {row['accepted']} | {row['refused']} | {row['run failed']} | {row['mismatch']} | {row['findings']} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ampa", type=pathlib.Path, default=inputs.SOURCE / "build/release/ampa")
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("--combinations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="kinds of files, separated by semicolons")
    parser.add_argument("--hang-seconds", type=float, default=120)
    parser.add_argument("--findings", type=pathlib.Path, default=pathlib.Path("mutate-findings"))
    arguments = parser.parse_args()
    ampa = arguments.ampa.resolve()
    base = pathlib.Path(tempfile.mkdtemp(prefix="ampa_mutate_base."))

    def made(call):
        result = run(ampa, call, base, 600)
        if result is None or result.returncode != OK:
            sys.exit(f"mutate.py: {call}: expected exit code 0, found {result and result.returncode}: {result and result.stderr.decode()}")

    inputs.make(made, base)
    kinds = [kind for kind in inputs.kinds(base) if not arguments.only or kind.name in arguments.only.split(";")]
    for kind in kinds:  # a call that is refused anyhow says nothing about damage
        folder = pathlib.Path(tempfile.mkdtemp(prefix="ampa_mutate."))
        shutil.copytree(base / kind.folder, folder, dirs_exist_ok=True)
        result = run(ampa, kind.call, folder, 600)
        shutil.rmtree(folder)
        if (result is None or result.returncode != OK) and kind.name != "sweep":
            sys.exit(f"mutate.py: {kind.name}: {kind.call}: expected exit code 0 for the sound input, found "
                     f"{result and result.returncode}: {result and result.stderr.decode()}")
    flags = command_flags(ampa, base)
    files, combinations = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    num_findings = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        tries = {}
        for index in range(arguments.files):
            kind, seed = kinds[index % len(kinds)], arguments.seed * 1_000_003 + index
            tries[pool.submit(try_file, ampa, base, kind, seed, arguments.hang_seconds)] = (files, kind.name)
        for index in range(arguments.combinations):
            seed = arguments.seed * 2_000_003 + index
            tries[pool.submit(try_flags, ampa, base, flags, seed, arguments.hang_seconds)] = (combinations, "flags")
        for done in concurrent.futures.as_completed(tries):
            counts, name = tries[done]
            verdict, found, folder = done.result()
            counts[name].update(["tried", verdict])
            if found is None:
                continue
            counts[name]["findings"] += 1
            kept = arguments.findings / f"{num_findings:04d}"
            num_findings += 1
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder, kept)
            print(f"{name}: {found}: {kept}", file=sys.stderr, flush=True)
    shutil.rmtree(base)
    table("damaged file", files)
    table("flags", combinations)
    return 1 if num_findings else 0


if __name__ == "__main__":
    sys.exit(main())
