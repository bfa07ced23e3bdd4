#!/usr/bin/env python3
"""mutate.py FOLDER [NAME ...] [--mutants N] [--seed S] [--output FILE]: mutation scores of the recordings in a folder.

Yosys puts N faults (a bit of a cell's input or output inverted, stuck at 0 or 1, or inverted under another bit) into the
flat netlist of a target, into cells of the target's own files, each behind a value of a selector. The netlist is verilated once, and the recording replayed on
every mutant. Those that survive are compared with the original by model checking (ABC bmc3, scorr, pdr): one that no sequence
of inputs after a reset can tell from the original is equivalent, no fault, and does not count. All others do, with the
shortest inputs that were found to tell them apart. Exit code 1 if fewer than 95 % are killed.
"""
import argparse
import fnmatch
import json
import os
import re
import sys
import tempfile

import rtl

sys.path.insert(0, os.path.join(rtl.RTL, "formal"))
import prove  # noqa: E402

PASS_PERCENT = 95
SECONDS_PER_SURVIVOR = 40
TO_NETLIST = "proc; flatten; opt_expr; opt_clean; wreduce; opt_clean; memory_map; opt_clean"


def is_ours(fault, target):
    """Whether the faulty cell comes from the target's own files; a fault in a clock is no fault of the design."""
    files = [os.path.relpath(tag.split(":")[0], rtl.RTL) for tag in re.findall(r"-src (\S+)", fault)]
    own = files and any(fnmatch.fnmatch(files[-1], pattern) for pattern in target["files"])  # before it: instances
    return own and not re.search(r"-port \\?CLK\b", fault)


def draw_faults(target, number, seed, folder):
    """The mutate commands of Yosys, without -ctrl, of faults in the target's own files."""
    rtl.yosys(rtl.read_commands(target) + f"{TO_NETLIST}\nrename -top mutant\nwrite_ilang netlist.il\n"
              f"mutate -list {20 * number} -seed {seed} -o faults.txt\n", folder)
    with open(os.path.join(folder, "faults.txt")) as file:
        found = [line.strip() for line in file if is_ours(line, target)]
    return sorted(found, key=lambda line: hash_of(line, seed))[:number]


def hash_of(text, seed):
    """A number that orders texts at random, the same on every machine (FNV-1a)."""
    value = 0xcbf29ce484222325 ^ seed
    for byte in text.replace(rtl.RTL, "").encode():
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


def write_mutants(faults, folder):
    width = len(faults).bit_length()
    commands = "".join(fault.replace("mutate ", f"mutate -ctrl mutant_i {width} {i} ", 1) + "\n"
                       for i, fault in enumerate(faults, 1))
    rtl.yosys(f"read_ilang netlist.il\n{commands}opt_clean\nsplitnets\nopt_clean\nwrite_verilog -noattr mutant.v\n", folder)


def build(target, ports, folder):
    with open(os.path.join(folder, "mutant_ports.h"), "w") as file:
        file.write('#include "ports.h"\n' + rtl.ports_header("Vmutant", target["name"], ports))
    rtl.run(["verilator", "--cc", "--exe", "--build", "-j", "1", "-O3", "-Wno-fatal", "-Wno-lint", "-Wno-UNOPTFLAT",
             "--x-initial", "unique", "--top-module", "mutant", "--prefix", "Vmutant", "--Mdir", "build",
             "-CFLAGS", f"-std=c++17 -O1 -I{rtl.FOLDER} -I{folder}", "mutant.v",
             os.path.join(rtl.FOLDER, "mutant_main.cpp"), "-o", "mutants"], folder)
    return os.path.join(folder, "build", "mutants")


def guard_of(output):
    """As in mutant_main.cpp: what must be high for an output to mean anything."""
    if output.startswith("out_") and output != "out_valid_o":
        return "out_valid_o"
    return {"results_o": "result_valid_o", "step_o": "operand_ready_o", "a_step_o": "operand_ready_o",
            "b_step_o": "operand_ready_o"}.get(output)


def miter(ports, mutant, width):
    """Verilog of the original and a mutant side by side, from any state through a reset."""
    inputs = [(name, bits) for name, bits, is_input in ports if is_input]
    outputs = [(name, bits) for name, bits, is_input in ports if not is_input]
    common = "".join(f", .{name}({'reset_n' if name == 'rst_ni' else name})" for name, _ in inputs)
    text = "module equal(input clk_i" + "".join(f", input [{bits}-1:0] {name}" for name, bits in inputs)
    text += ", output different_fail_o);\nreg started_q = 1'b0;\nalways @(posedge clk_i) started_q <= 1'b1;\n"
    text += "wire reset_n = rst_ni && started_q;\n"
    for side, select in (("a", 0), ("b", mutant)):
        text += "".join(f"wire [{bits}-1:0] {side}_{name};\n" for name, bits in outputs)
        connections = "".join(f", .{name}({side}_{name})" for name, _ in outputs)
        text += f"mutant u_{side}(.clk_i(clk_i), .mutant_i({width}'d{select}){common}{connections});\n"
    terms = [f"(a_{name} != b_{name})" + (f" && a_{guard_of(name)}" if guard_of(name) else "") for name, _ in outputs]
    return text + "assign different_fail_o = started_q && (" + " || ".join(terms) + ");\nendmodule\n"


def judge(ports, mutant, width, folder):
    """"equivalent", "distinguishable" or "undecided", and the inputs that distinguish."""
    with open(os.path.join(folder, "equal.v"), "w") as file:
        file.write(miter(ports, mutant, width))
    rtl.yosys(f"read_verilog mutant.v equal.v\nhierarchy -check -top equal\n{prove.TO_GATES}\n"
              "write_aiger -symbols gates.aig\n", folder)
    try:
        counterexample = prove.prove_with_abc({"method": "search", "seconds": SECONDS_PER_SURVIVOR}, folder)
    except prove.Failure:
        return "undecided", []
    if counterexample is None:
        return "equivalent", []
    cycles = counterexample[1]
    return "distinguishable", [{name: f"{value:x}" for name, value in prove.words(cycles[c]).items()} for c in sorted(cycles)]


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
        survivors = []
        for line in lines[1:]:
            if line.endswith("survives"):
                mutant = int(line.split()[0])
                width = len(faults).bit_length()
                verdict, inputs = judge(ports, mutant, width, folder) if is_judging else ("undecided", [])
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


def main():
    parser = argparse.ArgumentParser(description="mutation scores of recordings")
    parser.add_argument("folder", help="of the recordings, NAME.vec each")
    parser.add_argument("names", nargs="*", help="targets of targets.json; none for all")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unjudged", action="store_true", help="do not ask whether survivors are equivalent")
    parser.add_argument("--output", help="JSON file that the results are put into")
    options = parser.parse_args()
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
