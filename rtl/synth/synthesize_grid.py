#!/usr/bin/env python3
"""Synthesises elements and whole grids (rtl/grid, rtl/packed) for a Xilinx 7-series device with Yosys and keeps the counts in grid_area.json.

    synthesize_grid.py --list            names of all entries of grid_targets.json, with the seconds that each took
    synthesize_grid.py NAME ...          synthesises them and prints their counts
    synthesize_grid.py --update NAME ... and puts them into grid_area.json
    synthesize_grid.py --check NAME ...  and compares them with grid_area.json; exit code 1 if they differ
    synthesize_grid.py --table           grid_area.json as a table of Markdown
    synthesize_grid.py --page FILE       exit code 1 if the page does not hold this table

`synth_xilinx -family xc7 -flatten -nosrl`, without I/O pads, once as it is and once with -nodsp; nothing is placed or routed. The
element keeps its hierarchy: it is synthesised once and counted as often as it stands in the array.

    lut     LUT1 .. LUT6 cells and inverters, each counted as one, and the LUTs that are memory (buffers of results)
An element that is made of DSPs (needs_dsp) is not synthesised without them: both counts are the same.

    sites   and carry bits whose LUT is no cell because it only passes a signal on to the carry chain (or its input is
            constant, or is driven by a LUT that another bit's chain has taken): a LUT of the device is taken by each
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import synthesize

FOLDER = synthesize.FOLDER
RTL = synthesize.RTL
AREA = os.path.join(FOLDER, "grid_area.json")
ROOMS = ("common", "pe", "array", "grid", "elements", "packed")


def read_targets():
    entries = synthesize.read_json(os.path.join(FOLDER, "grid_targets.json"))["targets"]
    return {entry["name"]: entry for entry in entries}


def target_rooms(target):
    """Counts depend on all that Yosys reads: packed arrays and the others are read without each other's rooms."""
    return ("grid", "elements", "packed") if "packed" in target["module"] else ("grid", "elements")


def write_script(target, options, folder):
    sources = [path for room in target_rooms(target) for path in sorted(
        os.path.join(RTL, room, name) for name in os.listdir(os.path.join(RTL, room)) if name.endswith(".v"))]
    sources.append(os.path.join(RTL, "pe", "ampa_fused_brick.v"))
    includes = " ".join(f"-I{os.path.join(RTL, room)}" for room in ROOMS)
    parameters = " ".join(f"-chparam {key} {value}" for key, value in target["parameters"].items())
    path = os.path.join(folder, "synth.ys")
    with open(path, "w") as file:
        file.write(f"read_verilog -defer {includes} {' '.join(sources)}\n"
                   f"hierarchy -check -top {target['module']} {parameters}\n"
                   "setattr -mod -set keep_hierarchy 1 *ampa_*_element\n"
                   f"synth_xilinx -family xc7 -flatten -nosrl -noiopad -noclkbuf {options}\n"
                   f"write_json {os.path.join(folder, 'netlist.json')}\n")
    return path


def route_throughs(module):
    """Carry bits whose LUT is no cell."""
    lut_of = {cell["connections"]["O"][0]: name for name, cell in module["cells"].items()
              if re.fullmatch(r"LUT[1-6]|INV", cell["type"])}
    used = collections.Counter(bit for cell in module["cells"].values() for port, bits in cell["connections"].items()
                               if cell["port_directions"].get(port) == "input" for bit in bits)
    used.update(bit for port in module["ports"].values() if port["direction"] == "output" for bit in port["bits"])
    taken, count = set(), 0
    for cell in module["cells"].values():
        if cell["type"] != "CARRY4":
            continue
        pins = {port: cell["connections"].get(port, [None] * 4) for port in ("S", "O", "CO")}
        top = max((i for i in range(4) if used[pins["O"][i]] or used[pins["CO"][i]]), default=-1)
        for i in range(top + 1):
            lut = lut_of.get(pins["S"][i])
            if lut is None or lut in taken:
                count += 1
            taken.add(lut)
    return count


# LUTs that a memory takes.
MEMORY_LUTS = {"RAM32M": 4, "RAM64M": 4, "RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4}


def count_module(modules, name, known):
    """The counts of a module with all that it is made of."""
    if name in known:
        return known[name]
    counts = collections.Counter()
    for cell in modules[name]["cells"].values():
        kind = cell["type"]
        if kind in modules and not modules[kind].get("attributes", {}).get("blackbox") and modules[kind]["cells"]:
            counts += count_module(modules, kind, known)
            continue
        for key, pattern in (("lut", r"LUT[1-6]|INV"), ("ff", r"FD[CPRS]E(_1)?"), ("dsp48e1", "DSP48E1"),
                             ("carry4", "CARRY4"), ("muxf", "MUXF[78]"), ("srl", r"SRL\w+")):
            counts[key] += bool(re.fullmatch(pattern, kind))
        counts["lut"] += MEMORY_LUTS.get(kind, 0)
        counts["sites"] += MEMORY_LUTS.get(kind, 0)
        if kind not in MEMORY_LUTS and re.fullmatch(r"RAM\w+", kind):
            sys.exit(f"synthesize_grid: {name}: expected a memory of {', '.join(MEMORY_LUTS)}, found {kind}")
    counts["sites"] = counts["sites"] + route_throughs(modules[name]) + \
        sum(bool(re.fullmatch(r"LUT[1-6]|INV", cell["type"])) for cell in modules[name]["cells"].values())
    known[name] = counts
    return counts


def synthesize_once(target, options):
    with tempfile.TemporaryDirectory(prefix="ampa_synth_") as folder:
        result = subprocess.run(["yosys", "-q", write_script(target, options, folder)], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            sys.exit(f"synthesize_grid: {target['name']}: yosys ended with {result.returncode}:\n{result.stdout[-2000:]}")
        modules = synthesize.read_json(os.path.join(folder, "netlist.json"))["modules"]
        top = next(name for name, module in modules.items() if int(module["attributes"].get("top", "0"), 2))
        counts = count_module(modules, top, {})
        if counts["srl"]:
            sys.exit(f"synthesize_grid: {target['name']}: expected no shift register LUTs, found {counts['srl']}")
        return {key: counts[key] for key in ("lut", "sites", "ff", "dsp48e1", "carry4", "muxf")}


def measure(target):
    begin = time.time()
    with_dsp = synthesize_once(target, "")
    no_dsp = synthesize_once(target, "-nodsp") if with_dsp["dsp48e1"] and not target.get("needs_dsp") else with_dsp
    return {"name": target["name"], "kind": target["kind"], "module": target["module"], "parameters": target["parameters"],
            "with_dsp": with_dsp, "no_dsp": no_dsp}, round(time.time() - begin)


def update(measured, seconds, targets):
    area = synthesize.read_json(AREA) if os.path.exists(AREA) else {}
    times = {**area.get("seconds", {}), measured["name"]: seconds}
    entries = synthesize.merged(area.get("entries", []), [measured], targets)
    lines = ",\n".join("    " + json.dumps(entry) for entry in entries)
    kept = {name: times[name] for name in targets if name in times}
    synthesize.replace(AREA, '{\n  "schema_version": 1,\n  "tools": ' + json.dumps({"synthesis": synthesize.yosys_version()}) +
                       ',\n  "device": {"name": "xc7vx485t", "lut": 303600, "ff": 607200, "dsp48e1": 2800},\n' +
                       f'  "entries": [\n{lines}\n  ],\n  "seconds": {json.dumps(kept)}\n}}')


# Least and most products a cycle: of an element, and per row and column of a grid.
PRODUCTS = {"mul8": ((1, 1), (1, 1)), "par8": ((32, 32), (32, 32)), "r4s": ((8, 16), (8, 16)), "bricks": ((1, 16), (1, 16)),
            "pack2": ((16, 32), (4, 8)), "int8p": ((16, 16), (8, 8))}


def table(area):
    lines = ["| entry | products a cycle | LUT | sites | FF | DSP48E1 | CARRY4 |", "|---|---|---|---|---|---|---|"]
    for entry in area["entries"]:
        alone, each = PRODUCTS[entry["name"].split("-")[0]]
        count = entry["parameters"].get("Rows", 1) * entry["parameters"].get("Cols", 1)
        least, most = (count * n for n in (each if entry["kind"] == "grid" else alone))
        cells = entry["with_dsp"]
        lines.append(f"| {entry['name']} | {least if least == most else f'{least} .. {most}'} | " + " | ".join(
            str(cells[key]) for key in ("lut", "sites", "ff", "dsp48e1", "carry4")) + " |")
    return "\n".join(lines) + "\n"


def is_in_page(text, path):
    with open(path) as file:
        if text in file.read():
            return True
    print(f"{path}: expected the table of synthesize_grid.py --table, found another", file=sys.stderr)
    return False


def main():
    parser = argparse.ArgumentParser(description="synthesises elements and grids of rtl/synth/grid_targets.json")
    parser.add_argument("--list", action="store_true", help="print the names of the targets")
    parser.add_argument("--update", action="store_true", help="put the counts into grid_area.json")
    parser.add_argument("--check", action="store_true", help="compare the counts with grid_area.json")
    parser.add_argument("--table", action="store_true", help="print grid_area.json as a table of Markdown")
    parser.add_argument("--page", metavar="FILE", help="fail if this page does not hold the table")
    parser.add_argument("names", nargs="*", help="targets; none for all")
    options = parser.parse_args()
    targets = read_targets()
    unknown = [name for name in options.names if name not in targets]
    if unknown:
        parser.error(f"expected one of {', '.join(targets)}, found '{unknown[0]}'")
    area = synthesize.read_json(AREA) if os.path.exists(AREA) else {}
    if options.table:
        print(table(area), end="")
        return 0
    if options.page:
        return 0 if is_in_page(table(area), options.page) else 1
    if options.list:
        for name in targets:
            print(name, area.get("seconds", {}).get(name, "-"))
        return 0
    is_same = True
    for name in options.names or targets:
        entry, seconds = measure(targets[name])
        print(f"{name}: with DSPs {entry['with_dsp']}, without {entry['no_dsp']}, {seconds} s", flush=True)
        if options.update:
            update(entry, seconds, targets)
        if options.check:
            kept = {known["name"]: known for known in area.get("entries", [])}.get(name)
            if kept != entry:
                print(f"{name}: expected {kept}\n  found {entry}")
                is_same = False
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
