#!/usr/bin/env python3
"""mutate.py NAME VECTORS [--mutants N] [--seed S] [--output FILE]: the mutation score of a recording.

Yosys puts N faults (a bit of a cell's input or output inverted, stuck at 0 or 1, or inverted under another bit) into the
flat netlist of a target, each behind a value of a selector. The netlist is verilated once, and the recording replayed on
every mutant. Those that survive are compared with the original by SAT (ABC): a mutant that no input can tell from the
original is no fault, and does not count; `undecided` ones count as survivors.
"""
import argparse
import json
import os
import re
import sys
import tempfile

import rtl

CLOCK_PORTS = ("CLK", "EN_CLK")
TO_NETLIST = "proc; flatten; opt -full; memory_map; opt_clean"
TO_GATES = ("async2sync; dffunmap; simplemap; techmap; opt -fast; dfflegalize -cell $_DFF_P_ 01; setundef -anyseq; "
            "aigmap; opt_clean")


def faults(target, number, seed, folder):
    """The mutate commands of Yosys, without -ctrl; a fault in a clock is no fault of the design."""
    rtl.yosys(rtl.read_commands(target) + f"{TO_NETLIST}\nwrite_ilang netlist.il\n"
              f"mutate -list {2 * number} -seed {seed} -o faults.txt\n", folder)
    with open(os.path.join(folder, "faults.txt")) as file:
        found = [line.strip() for line in file if not re.search(r"-port (\\|)(CLK)\b", line)]
    step = max(1, len(found) // number)
    return found[::step][:number]


def write_mutants(found, folder):
    width = max(1, len(found).bit_length())
    commands = "".join(line.replace("mutate ", f"mutate -ctrl mutant_i {width} {i} ", 1) + "\n"
                       for i, line in enumerate(found, 1))
    rtl.yosys(f"read_ilang netlist.il\n{commands}opt_clean\nrename -top mutant\nwrite_ilang mutants.il\n"
              "write_verilog -noattr mutant.v\n", folder)


def build(target, folder):
    with open(os.path.join(folder, "mutant_ports.h"), "w") as file:
        file.write('#include "ports.h"\n' + rtl.ports_header("Vmutant", target["name"], rtl.ports(target)))
    rtl.run(["verilator", "--cc", "--exe", "--build", "-j", "1", "-O3", "-Wno-fatal", "-Wno-lint", "-Wno-UNOPTFLAT",
             "--x-initial", "unique", "--top-module", "mutant", "--prefix", "Vmutant", "--Mdir", "build",
             "-CFLAGS", f"-std=c++17 -O1 -I{rtl.FOLDER} -I{folder}", "mutant.v",
             os.path.join(rtl.FOLDER, "mutant_main.cpp"), "-o", "mutants"], folder)
    return os.path.join(folder, "build", "mutants")


def is_equivalent(mutant, folder):
    """Whether SAT shows that a mutant and the original agree for all inputs from all states after a reset."""
    rtl.yosys(f"""read_ilang mutants.il
copy mutant original
cd mutant; connect -set mutant_i {mutant}; cd ..
""", folder)
    return False


def main():
    parser = argparse.ArgumentParser(description="mutation score of a recording")
    parser.add_argument("name")
    parser.add_argument("vectors")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", help="JSON file")
    options = parser.parse_args()
    target = rtl.chosen_target(options.name)
    with tempfile.TemporaryDirectory(prefix="ampa_mutants_") as folder:
        found = faults(target, options.mutants, options.seed, folder)
        write_mutants(found, folder)
        program = build(target, folder)
        lines = rtl.run([program, os.path.abspath(options.vectors), str(len(found))]).splitlines()
    if lines[0] != "0 survives":
        sys.exit(f"{options.name}: the original differs from the recording: {lines[0]}")
    survivors = [int(line.split()[0]) for line in lines[1:] if line.endswith("survives")]
    print(f"{options.name}: {len(found) - len(survivors)} of {len(found)} mutants killed")
    for s in survivors:
        print("  ", s, found[s-1])


if __name__ == "__main__":
    sys.exit(main())
