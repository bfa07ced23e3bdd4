#!/usr/bin/env python3
"""timing.py [--update] [NAME ...]: pre-layout timing of the elements in a 180 nm library (osu018), by OpenSTA.

No wires, no placement, ideal clock: the figures compare elements with one another and say nothing about a device. The path
is the worst one of product and accumulator, from the inputs, which arrive at the clock edge, to the registers. --update puts
the results into timing.json.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import synthesize
import synthesize_grid

LIBRARY = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib"
PERIOD_NS = 20.0
TIMING = os.path.join(synthesize.FOLDER, "timing.json")


def run(command, folder):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit(f"timing: {command[0]} ended with {result.returncode}:\n{result.stdout[-2000:]}")
    return result.stdout


def measure(target):
    with tempfile.TemporaryDirectory(prefix="ampa_timing_") as folder:
        with open(os.path.join(folder, "map.ys"), "w") as file:
            file.write(synthesize.read_commands(target, folder) +
                       f"synth -flatten -top {target['module']}\ndfflibmap -liberty {LIBRARY}\n"
                       f"abc -liberty {LIBRARY}\nopt_clean -purge\nsplitnets\nopt_clean -purge\n"
                       "write_verilog -noattr -noexpr -nodec mapped.v\n")
        run(["yosys", "-q", "map.ys"], folder)
        with open(os.path.join(folder, "time.tcl"), "w") as file:
            file.write(f"read_liberty {LIBRARY}\nread_verilog mapped.v\nlink_design {target['module']}\n"
                       f"create_clock -name clk -period {PERIOD_NS} [get_ports clk_i]\n"
                       "set_input_delay -clock clk 0 [all_inputs]\n"
                       "set_false_path -from [get_ports rst_ni]\nset_false_path -to [all_outputs]\n"
                       "puts \"slack [worst_slack -max]\"\nreport_checks -path_delay max -digits 3\nexit\n")
        report = run(["sta", "-no_splash", "-exit", "time.tcl"], folder)
    slack = float(re.search(r"(-?\d+\.\d+)\s+slack", report)[1])
    path = PERIOD_NS - slack
    return {"name": target["name"], "module": target["module"], "parameters": target["parameters"],
            "path_ns": round(path, 3), "pre_layout_mhz": round(1000 / path, 1)}


def main():
    known = {**synthesize.read_targets(), **synthesize_grid.read_targets()}
    targets = {name: t for name, t in known.items() if t["kind"] in ("pe", "element")}
    names = [argument for argument in sys.argv[1:] if argument != "--update"] or list(targets)
    unknown = [name for name in names if name not in targets]
    if unknown:
        sys.exit(f"timing: expected one of {', '.join(targets)}, found '{unknown[0]}'")
    entries = []
    for name in names:
        entries.append(measure(targets[name]))
        print(f"{name}: {entries[-1]['path_ns']} ns, {entries[-1]['pre_layout_mhz']} MHz before layout", flush=True)
    if "--update" in sys.argv:
        kept = synthesize.read_json(TIMING)["entries"] if os.path.exists(TIMING) else []
        synthesize.replace(TIMING, json.dumps(
            {"schema_version": 1, "tools": {"synthesis": synthesize.yosys_version(), "timing": "OpenSTA"},
             "library": "osu018", "entries": synthesize.merged(kept, entries, targets)}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
