"""What the replay tools share: the targets, Yosys, and the ports of a module."""
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

FOLDER = os.path.dirname(os.path.abspath(__file__))
RTL = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), "rtl")
ROOMS = ("common", "pe", "array", "units")

sys.path.insert(0, os.path.join(RTL, "synth"))
from synthesize import PES  # noqa: E402


def includes():
    return [f"-I{os.path.join(RTL, room)}" for room in ROOMS if os.path.isdir(os.path.join(RTL, room))]


def sources():
    return [os.path.join(RTL, room, name) for room in ROOMS if os.path.isdir(os.path.join(RTL, room))
            for name in sorted(os.listdir(os.path.join(RTL, room))) if name.endswith(".v")] + [
                os.path.join(FOLDER, "ampa_pe_bench.v")]


def read_commands(target, folder):
    """The Yosys commands that read a target and make it the top. They name the target's processing element, so that Yosys
    does not write out the functions of all of them for each element of an array."""
    parameters = target.get("parameters", {})
    lines = [f'`include "{path}"' for path in sources()]
    if "Pe" in parameters:
        chosen = "fused_fast" if parameters["Fast"] else PES[parameters["Pe"]]
        lines.insert(0, f"`define AMPA_PE(FUNCTION, ARGUMENTS) {chosen}_``FUNCTION ARGUMENTS")
    with open(os.path.join(folder, "sources.v"), "w") as file:
        file.write("\n".join(lines) + "\n")
    values = " ".join(f"-chparam {key} {value}" for key, value in parameters.items())
    return (f"read_verilog -defer {' '.join(includes())} sources.v\n"
            f"hierarchy -check -top {target['module']} {values}\n")


def yosys(commands, folder):
    script = os.path.join(folder, "script.ys")
    with open(script, "w") as file:
        file.write(commands)
    run(["yosys", "-q", script], folder)


def run(command, folder=None):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)[:200]}: ended with {result.returncode}\n{result.stdout[-3000:]}")
    return result.stdout


def read_table(key):
    with open(os.path.join(FOLDER, "targets.json")) as file:
        return json.load(file)[key]


def targets():
    return {target["name"]: target for target in read_table("targets")}


def contracts(names):
    """The expressions of these contracts of targets.json."""
    return [read_table("contracts")[name] for name in names]


def chosen_target(name):
    known = targets()
    if name not in known:
        sys.exit(f"expected one of {', '.join(known)}, found '{name}'")
    return known[name]


def ports(target):
    """[(name, bits, is an input)] of all ports but the clock, in the order of the module."""
    with tempfile.TemporaryDirectory(prefix="ampa_ports_") as folder:
        source = next(path for path in sources() if os.path.basename(path) == target["module"] + ".v")
        parameters = [f"-G{key}={value}" for key, value in target.get("parameters", {}).items()]
        run(["verilator", "--xml-only", "--xml-output", "ports.xml", "-Wno-lint", "-Wno-fatal", "--unroll-count", "1",
             *includes(), *parameters, "--top-module", target["module"], source], folder)
        netlist = xml.etree.ElementTree.parse(os.path.join(folder, "ports.xml")).getroot().find("netlist")
    types = {kind.get("id"): int(kind.get("left", 0)) + 1 for kind in netlist.find("typetable").iter("basicdtype")}
    top = next(module for module in netlist.iter("module") if module.get("topModule") == "1")
    return [(var.get("name"), types[var.get("dtype_id")], var.get("dir") == "input")
            for var in top.findall("var") if var.get("dir") and var.get("name") != "clk_i"]


def digits(bits):
    """Hexadecimal digits of a port in a vector line, which is the concatenation of all ports, the first one rightmost."""
    return (bits + 3) // 4


def ports_header(model, prefix, all_ports):
    """C++ that names the ports of a Verilated class to the templates of recorder.h and mutant_main.cpp."""
    visits = "".join(f"    f(\"{name}\", model.{name}, {bits}, {str(is_input).lower()});\n"
                     for name, bits, is_input in all_ports)
    return (f"template <>\nstruct ampa::replay::Ports<{model}> {{\n  static constexpr const char* kName = \"{prefix}\";\n"
            f"  template <class Model, class F>\n  static void visit(Model& model, F&& f) {{\n{visits}  }}\n}};\n")
