#!/usr/bin/env python3
"""Builds the fuzzer with clang and runs its targets, one after the other; prints what each did.

    tests/fuzz/fuzz.py [--seconds N] [--build FOLDER] [TARGET...]     all targets by default

An input that ends a target with a signal, a sanitizer's report, an exception other than an InputError, more than ten seconds or
more than 2 GB stays in FOLDER/findings; the exit code is then 1. What was found interesting stays in FOLDER/corpus.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

import seeds

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MAX_INPUT_BYTES = {"trace_index": 65536, "summary": 32768, "cifar": 16384, "cifar100": 16384}
DEFAULT_MAX_INPUT_BYTES = 8192
MEMORY_MB, HANG_SECONDS = 2048, 10


def build(folder):
    quiet = {"stdout": subprocess.DEVNULL}
    subprocess.run(["cmake", "--preset", "fuzz", "-B", folder, "--log-level=WARNING"], cwd=SOURCE, check=True, **quiet)
    subprocess.run(["cmake", "--build", folder, "--target", "ampa_fuzz", "--parallel", str(os.cpu_count())], check=True,
                   **quiet)


def run(folder, target, seconds):
    """True if nothing was found."""
    corpus, findings = folder / "corpus" / target, folder / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    command = [folder / "tests/fuzz/ampa_fuzz", f"-max_total_time={seconds}", f"-rss_limit_mb={MEMORY_MB}",
               f"-timeout={HANG_SECONDS}", f"-max_len={MAX_INPUT_BYTES.get(target, DEFAULT_MAX_INPUT_BYTES)}",
               "-print_final_stats=1", f"-artifact_prefix={findings}/{target}-", corpus, folder / "seeds" / target]
    environment = {**os.environ, "AMPA_FUZZ_TARGET": target}
    # Once in a while libFuzzer sees no coverage in its first inputs and ends; a second start does.
    for _ in range(2):
        result = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        text = result.stderr.decode(errors="replace")
        if "no interesting inputs were found" not in text:
            break
    count = re.search(r"number_of_executed_units: (\d+)", text)
    rate = re.search(r"average_exec_per_sec: +(\d+)", text)
    features = re.findall(r"cov: (\d+)", text)
    print(f"| {target} | {count.group(1) if count else '?'} | {rate.group(1) if rate else '?'} | "
          f"{len(list(corpus.iterdir()))} | {features[-1] if features else '?'} | "
          f"{'none' if result.returncode == 0 else 'FOUND'} |", flush=True)
    if result.returncode != 0:
        print("\n".join(text.splitlines()[-60:]), file=sys.stderr)
    return result.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build/fuzz")
    parser.add_argument("--only-build", action="store_true", help="do not run anything")
    parser.add_argument("--built", action="store_true", help="do not build")
    arguments = parser.parse_args()
    if not arguments.built:
        build(arguments.build)
    if arguments.only_build:
        return 0
    seeds.main(arguments.build / "seeds")
    known = sorted({target for target, _, _ in seeds.seeds()})
    for target in arguments.targets:
        if target not in known:
            sys.exit(f"fuzz.py: expected targets of {', '.join(known)}, found {target}")
    print("| target | executions | executions/s | corpus | coverage (edges) | findings |\n|---|---|---|---|---|---|", flush=True)
    results = [run(arguments.build, target, arguments.seconds) for target in arguments.targets or known]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
