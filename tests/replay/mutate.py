#!/usr/bin/env python3
"""mutate.py FOLDER [NAME ...] [--mutants N] [--seed S] [--output FILE]: mutation scores of the recordings in a folder.
mutate.py --table FILE: the scores in a file as a table.

Yosys puts N faults (a bit of a cell's input or output inverted, stuck at 0 or 1, or inverted under another bit) into the
flat netlist of a target, into cells of the target's own files, each behind a value of a selector. The netlist is verilated once, and the recording replayed on
every mutant. Those that survive are compared with the original (judge.py): one that no sequence of inputs within the target's
contract can tell from the original after a reset is equivalent, no fault, and does not count. All others do, with the
shortest inputs that were found to tell them apart. Exit code 1 if fewer than 95 % are killed.
"""
import argparse
import json
import os
import re
import sys
import tempfile

import judge
import rtl

PASS_PERCENT = 95
TO_NETLIST = "flatten; opt_expr; opt_clean; wreduce; opt_clean; memory_map; opt_clean"


def draw_faults(target, number, seed, folder):
    """The mutate commands of Yosys, without -ctrl, of faults in cells that are marked before the hierarchy goes as the
    target's own files'; a fault in a clock is no fault of the design."""
    own = " ".join(f"a:src=*/{pattern}:*" for pattern in target["files"])
    rtl.yosys(rtl.read_commands(target, folder) + f"proc\nsetattr -set own 1 {own}\n{TO_NETLIST}\nrename -top mutant\n"
              f"write_ilang netlist.il\nmutate -list {4 * number} -seed {seed} -o faults.txt a:own\n", folder)
    with open(os.path.join(folder, "faults.txt")) as file:
        found = [line.strip() for line in file if not re.search(r"-port \\?CLK\b", line)]
    return sorted(found, key=lambda line: hash_of(line, seed))[:number]


def hash_of(text, seed):
    """A number that orders texts at random, the same on every machine (FNV-1a)."""
    value = 0xcbf29ce484222325 ^ seed
    for byte in text.replace(os.path.dirname(rtl.RTL), "").encode():
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


def write_mutants(faults, folder):
    width = len(faults).bit_length()
    commands = "".join(fault.replace("mutate ", f"mutate -ctrl mutant_i {width} {i} ", 1) + "\n"
                       for i, fault in enumerate(faults, 1))
    rtl.yosys(f"read_ilang netlist.il\n{commands}pmuxtree\nopt_clean\nsplitnets\nopt_clean\nwrite_verilog -noattr mutant.v\n", folder)


def build(target, ports, folder):
    with open(os.path.join(folder, "mutant_ports.h"), "w") as file:
        file.write('#include "ports.h"\n' + rtl.ports_header("Vmutant", target["name"], ports))
    rtl.run(["verilator", "--cc", "--exe", "--build", "-j", "1", "-O3", "-Wno-fatal", "-Wno-lint", "-Wno-UNOPTFLAT",
             "--x-initial", "unique", "--top-module", "mutant", "--prefix", "Vmutant", "--Mdir", "build",
             "-CFLAGS", f"-std=c++17 -O1 -I{rtl.FOLDER} -I{folder}", "mutant.v",
             os.path.join(rtl.FOLDER, "mutant_main.cpp"), "-o", "mutants"], folder)
    return os.path.join(folder, "build", "mutants")


def describe(fault):
    return re.sub(r"\s*-module \S+", "", fault.replace(rtl.RTL + "/", "").replace(os.path.dirname(rtl.RTL) + "/", "").replace("mutate ", "", 1))


def score(target, vectors, number, seed, is_judging):
    ports = rtl.ports(target)
    with tempfile.TemporaryDirectory(prefix="ampa_mutants_") as folder:
        faults = draw_faults(target, number, seed, folder)
        write_mutants(faults, folder)
        lines = rtl.run([build(target, ports, folder), os.path.abspath(vectors), str(len(faults))]).splitlines()
        if lines[0] != "0 survives":
            sys.exit(f"{target['name']}: the original differs from the recording: {lines[0]}")
        mutants = [int(line.split()[0]) for line in lines[1:] if line.endswith("survives")]
        court = judge.Judge(target, ports, len(faults).bit_length(), folder) if is_judging and mutants else None
        survivors = []
        for mutant in mutants:
            verdict, inputs = court.judge(mutant) if court else ("undecided", [])
            survivors.append({"fault": describe(faults[mutant - 1]), "verdict": verdict, "inputs": inputs})
    num_equivalent = sum(survivor["verdict"] == "equivalent" for survivor in survivors)
    num_killed = len(faults) - len(survivors)
    return {"name": target["name"], "module": target["module"], "parameters": target.get("parameters", {}),
            "seed": seed, "num_mutants": len(faults), "num_killed": num_killed, "num_equivalent": num_equivalent,
            "score_percent": round(100 * num_killed / max(1, len(faults) - num_equivalent), 2), "survivors": survivors}


def report(result):
    print(f"{result['name']}: {result['num_killed']} of {result['num_mutants']} mutants killed, "
          f"{result['num_equivalent']} equivalent, score {result['score_percent']} %", flush=True)
    for survivor in result["survivors"]:
        if survivor["verdict"] != "equivalent":
            print(f"  {survivor['verdict']}: {survivor['fault']}", flush=True)


def keep(result, path):
    """Puts a result into the JSON file, in the place of an older one of the same target."""
    results = {}
    if os.path.exists(path):
        with open(path) as file:
            results = {entry["name"]: entry for entry in json.load(file)["targets"]}
    results[result["name"]] = result
    with open(path + ".part", "w") as file:
        json.dump({"schema_version": 1, "targets": [results[name] for name in rtl.targets() if name in results]}, file,
                  indent=1)
    os.replace(path + ".part", path)


def print_table(path):
    print("| target | mutants | killed | equivalent | score | other survivors: told apart, not ended |\n|---|---|---|---|---|---|")
    with open(path) as file:
        for entry in json.load(file)["targets"]:
            verdicts = [survivor["verdict"] for survivor in entry["survivors"]]
            print(f"| {entry['name']} | {entry['num_mutants']} | {entry['num_killed']} | {entry['num_equivalent']} | "
                  f"{entry['score_percent']} % | {verdicts.count('distinguishable')}, {verdicts.count('undecided')} |")


def main():
    parser = argparse.ArgumentParser(description="mutation scores of recordings")
    parser.add_argument("folder", nargs="?", help="of the recordings, NAME.vec each")
    parser.add_argument("names", nargs="*", help="targets of targets.json; none for all")
    parser.add_argument("--mutants", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unjudged", action="store_true", help="do not ask whether survivors are equivalent")
    parser.add_argument("--output", help="JSON file that the results are put into")
    parser.add_argument("--table", metavar="FILE", help="print the scores in this file")
    options = parser.parse_args()
    if options.table:
        print_table(options.table)
        return 0
    if not options.folder:
        parser.error("expected a folder of recordings")
    passed = True
    for name in options.names or rtl.targets():
        result = score(rtl.chosen_target(name), os.path.join(options.folder, name + ".vec"), options.mutants, options.seed,
                       not options.unjudged)
        report(result)
        if options.output:
            keep(result, options.output)
        passed = passed and result["score_percent"] >= PASS_PERCENT
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
