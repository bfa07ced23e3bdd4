#!/usr/bin/env python3
"""Synthesises processing elements, units and arrays for a Xilinx 7-series device with Yosys and keeps the counts in area.json.

    synthesize.py --list            names of all entries of targets.json
    synthesize.py NAME ...          synthesises them and prints their counts
    synthesize.py --update NAME ... and puts them into area.json
    synthesize.py --check NAME ...  and compares them with area.json; exit code 1 if they differ

The counts come from `synth_xilinx -family xc7` without I/O pads, once as it is and once with -nodsp; nothing is placed or
routed. LUT is the number of LUT1 .. LUT6 cells, each counted as one; a device may fit two small ones into one.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
RTL = os.path.dirname(FOLDER)
AREA = os.path.join(FOLDER, "area.json")
CELLS = {"lut": r"LUT[1-6]", "ff": r"FD[CPRS]E(_1)?", "dsp48e1": r"DSP48E1", "carry4": r"CARRY4", "muxf": r"MUXF[78]"}


def read_pes():
    """Names of the processing elements as ampa_pe_table.vh numbers them."""
    with open(os.path.join(RTL, "pe", "ampa_pe_table.vh")) as file:
        numbers = re.findall(r"^localparam PE_(\w+) += (\d+);", file.read(), re.MULTILINE)
    return [name.lower() for name, _ in sorted(numbers, key=lambda pair: int(pair[1]))]


PES = read_pes()  # synthesised in the form that is not the fast one


def read_json(path):
    with open(path) as file:
        return json.load(file)


def read_targets():
    """{name: entry} of targets.json."""
    entries = read_json(os.path.join(FOLDER, "targets.json"))["targets"]
    return {entry["name"]: entry for entry in entries}


def verilog_files(module):
    """Those that the module is made of. What else a file holds is not read: Yosys' counts of an array move by up to 2 % with
    modules that are in no way part of it."""
    known = {}
    for root, _, names in os.walk(RTL):
        known.update({os.path.splitext(name)[0]: os.path.join(root, name) for name in names if name.endswith((".v", ".vh"))})
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        found.add(name)
        with open(known[name]) as file:
            words = re.findall(r"\bampa_\w+", re.sub(r"//.*", "", file.read()))
            waiting += [word for word in words if word in known and word not in found]
    return [known[name] for name in sorted(found) if known[name].endswith(".v")]


def write_sources(target, path):
    """One file that includes those of the target. It names the target's processing element, so that Yosys does not write out the
    functions of all of them for each element of an array, which takes many times as long."""
    lines = [f'`include "{name}"' for name in verilog_files(target["module"])]
    if "Pe" in target["parameters"]:
        chosen = PES[target["parameters"]["Pe"]]
        lines.insert(0, f"`define AMPA_PE(FUNCTION, ARGUMENTS) {chosen}_``FUNCTION ARGUMENTS")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def read_commands(target, folder):
    path = os.path.join(folder, "sources.v")
    write_sources(target, path)
    includes = " ".join(f"-I{os.path.join(RTL, room)}" for room in ("common", "pe", "array", "units", "grid", "packed"))
    parameters = " ".join(f"-chparam {key} {value}" for key, value in target["parameters"].items())
    return f"read_verilog -defer {includes} {path}\nhierarchy -check -top {target['module']} {parameters}\n"


def count_cells(report):
    """The counts of the whole design: the last section of Yosys' statistics."""
    total = report[report.rfind("==="):]
    cells = {kind: int(number) for kind, number in re.findall(r"^\s+(\w+)\s+(\d+)$", total, re.MULTILINE)}
    return {name: sum(n for kind, n in cells.items() if re.fullmatch(pattern, kind)) for name, pattern in CELLS.items()}


def synthesize(target, options):
    with tempfile.TemporaryDirectory(prefix="ampa_synth_") as folder:
        script, report = os.path.join(folder, "synth.ys"), os.path.join(folder, "stat.txt")
        with open(script, "w") as file:
            file.write(read_commands(target, folder) + f"synth_xilinx -family xc7 -noiopad -noclkbuf {options}\n"
                       f"tee -o {report} stat\n")
        result = subprocess.run(["yosys", "-q", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            sys.exit(f"synthesize: {target['name']}: yosys ended with {result.returncode}:\n{result.stdout[-2000:]}")
        with open(report) as file:
            return count_cells(file.read())


def measure(target):
    """An entry of area.json. Where Yosys finds no use for a DSP, -nodsp changes nothing."""
    with_dsp = synthesize(target, "")
    no_dsp = synthesize(target, "-nodsp") if with_dsp["dsp48e1"] else with_dsp
    return {"name": target["name"], "kind": target["kind"], "module": target["module"],
            "parameters": target["parameters"], "with_dsp": with_dsp, "no_dsp": no_dsp}


def yosys_version():
    return subprocess.run(["yosys", "-V"], stdout=subprocess.PIPE, text=True, check=True).stdout.split(" (")[0]


def merged(kept, measured, targets):
    """Entries, those measured in the place of kept ones, in the order of the targets; none that is no target any more."""
    entries = {entry["name"]: entry for entry in kept + measured}
    return [entries[name] for name in targets if name in entries]


def update(measured, targets):
    area = read_json(AREA) if os.path.exists(AREA) else {}
    write_area({"schema_version": 1, "tools": {"synthesis": yosys_version()},
                "device": {"name": "xc7vx485t", "lut": 303600, "ff": 607200, "dsp48e1": 2800},
                "entries": merged(area.get("entries", []), measured, targets),
                "compositions": area.get("compositions", [])})


def write_area(area):
    text = json.dumps(area, indent=2)
    replace(AREA, re.sub(r"\{\s+([^{}]*?)\s+\}", lambda match: "{" + re.sub(r"\s*\n\s*", " ", match[1]) + "}", text))


def replace(path, text):
    with open(path + ".part", "w") as file:
        file.write(text + "\n")
    os.replace(path + ".part", path)


def matches(measured):
    committed = {entry["name"]: entry for entry in read_json(AREA)["entries"]}
    if committed.get(measured["name"]) == measured:
        return True
    print(f"{measured['name']}: expected {committed.get(measured['name'])}\n  found {measured}")
    return False


def main():
    parser = argparse.ArgumentParser(description="synthesises the modules of rtl/synth/targets.json")
    parser.add_argument("--list", action="store_true", help="print the names of the targets")
    parser.add_argument("--update", action="store_true", help="put the counts into area.json")
    parser.add_argument("--check", action="store_true", help="compare the counts with area.json")
    parser.add_argument("names", nargs="*", help="targets; none for all")
    options = parser.parse_args()
    targets = read_targets()
    unknown = [name for name in options.names if name not in targets]
    if unknown:
        parser.error(f"expected one of {', '.join(targets)}, found '{unknown[0]}'")
    if options.list:
        print("\n".join(targets))
        return 0
    is_same = True
    for name in options.names or targets:
        entry = measure(targets[name])
        print(f"{name}: with DSPs {entry['with_dsp']}, without {entry['no_dsp']}", flush=True)
        if options.update:
            update([entry], targets)
        if options.check:
            is_same = matches(entry) and is_same
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
