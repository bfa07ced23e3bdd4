#!/usr/bin/env python3
"""netlist_bench.py KIND ELEMENT: the bench ampa_grid_tb.v on a synthesised array, with the cell models of Yosys, by Icarus.

KIND is grid or packed, ELEMENT a number of its table. The array has the size that the bench gives it; it is mapped with the
commands of rtl/synth/synthesize_grid.py. Prints what the bench prints; exit code 1 if it does not pass.
"""
import os
import shutil
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))
RTL = os.path.join(os.path.dirname(os.path.dirname(TESTS)), "rtl")
sys.path.insert(0, os.path.join(RTL, "synth"))
import synthesize_grid  # noqa: E402


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit(f"netlist_bench: {command[0]} ended with {result.returncode}:\n{result.stdout[-2000:]}")
    return result.stdout


def main():
    kind, element = sys.argv[1], int(sys.argv[2])
    is_packed = kind == "packed"
    module = f"ampa_{kind}_array"
    size = {"Rows": 2, "Cols": 6 if is_packed and element == 0 else 3}
    models = os.path.join(os.path.dirname(os.path.dirname(shutil.which("yosys"))), "share", "yosys", "xilinx", "cells_sim.v")
    with tempfile.TemporaryDirectory(prefix="ampa_netlist_") as folder:
        script = synthesize_grid.write_script({"module": module, "parameters": {"Element": element, **size}}, "", folder)
        netlist, bench = os.path.join(folder, "netlist.v"), os.path.join(folder, "bench.vvp")
        with open(script, "a") as file:
            file.write(f"rename -top netlist\nwrite_verilog -noattr {netlist}\n")
        run(["yosys", "-q", script])
        run(["iverilog", "-g2005-sv", "-o", bench, "-s", "ampa_grid_tb", "-DAMPA_NETLIST=netlist",
             f"-Pampa_grid_tb.Packed={int(is_packed)}", f"-Pampa_grid_tb.Element={element}",
             os.path.join(RTL, "bench", "ampa_grid_tb.v"), netlist, models])
        found = run(["vvp", "-n", bench])
    print(found, end="")
    return 0 if "PASS" in found and "FAIL" not in found else 1


if __name__ == "__main__":
    sys.exit(main())
