#!/usr/bin/env python3
"""Proves the properties of proofs.json with Yosys and ABC.

    prove.py --list [--label LABEL]     names of the proofs
    prove.py NAME ...                   proves them, or all of a family, and that each deliberate fault of theirs is refuted
    prove.py --fault INDEX NAME         shows the counterexample of one fault
    prove.py --label rtl-long --seconds 60 --output FILE   gives up on each after so long, keeps verdicts and times in JSON
    prove.py --table FILE               the verdicts in a file as a table

A proof names a module whose outputs all end in _fail_o: the properties. It holds if no input, from any state of the
registers before the reset, ever raises one. The methods are
    fraig    combinational; SAT sweeping (ABC &fraig, dprove)
    bdd      combinational, of few inputs; decision diagrams (ABC collapse)
    ordered  the same, with the order of inputs as the order of variables
    pdr      sequential, for all time; property-directed reachability (ABC pdr)
    reach    the same; the set of reachable states as a decision diagram (ABC reach), for counts of many registers
    bmc      sequential, the first `frames` cycles (ABC bmc3)
Exit code 0: all proved and all faults refuted; 1: not so, with the counterexample or what a tool said; 2: wrong use. With
--seconds a solver that does not end in time is no failure: "not ended" is said and kept. Seconds are of processor time, so
that a busy machine changes no verdict.
"""
import argparse
import itertools
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

RTL = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TO_GATES = ("proc; flatten; opt_clean; async2sync; dffunmap; memory_map; simplemap; techmap; opt_expr; "
            "dfflegalize -cell $_DFF_P_ 01; setundef -anyseq; aigmap")


class Failure(Exception):
    """A tool failed; not a counterexample."""


class NotEnded(Exception):
    """A solver gave up."""


def load_proofs():
    """All proofs by name; one whose parameters hold lists stands for every combination, named by its values."""
    with open(os.path.join(RTL, "formal", "proofs.json")) as file:
        table = json.load(file)["proofs"]
    proofs = {}
    for entry in table:
        keys = list(entry.get("parameters", {}))
        choices = [value if isinstance(value, list) else [value] for value in entry.get("parameters", {}).values()]
        for values in itertools.product(*choices):
            swept = [str(v) for v, choice in zip(values, choices) if len(choice) > 1]
            name = "-".join([entry["name"]] + swept)
            label = "rtl" if name in entry.get("quick", ()) else entry["label"]
            proofs[name] = {**entry, "name": name, "family": entry["name"], "label": label,
                            "parameters": dict(zip(keys, values))}
    return proofs


def run(command, folder, accepted=(0,), seconds=None):
    """What the command prints; `seconds` of processor time at most."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            preexec_fn=limit if seconds else None)
    if seconds and result.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise NotEnded(f"{command[0]} took more than {seconds} seconds")
    if result.returncode not in accepted:
        raise Failure(f"{command[0]} ended with {result.returncode}:\n{result.stdout[-2000:]}")
    return result.stdout


def copy_sources(folder, changes):
    """The Verilog of rtl/ in one folder, with these pieces of text replaced; returns the modules' files."""
    found = [0] * len(changes)
    modules = []
    for root, _, names in os.walk(RTL):
        for name in sorted(names):
            if not name.endswith((".v", ".vh")):
                continue
            with open(os.path.join(root, name)) as file:
                text = file.read()
            for i, change in enumerate(changes):
                if name == os.path.basename(change["file"]):
                    found[i] = text.count(change["from"])
                    text = text.replace(change["from"], change["to"])
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
            if name.endswith(".v"):
                modules.append(name)
    for change, number in zip(changes, found):
        if number != 1:
            raise Failure(f"expected '{change['from']}' once in {change['file']}, found it {number} times")
    return modules


def write_gates(proof, fault, folder):
    modules = copy_sources(folder, proof.get("replaced", []) + ([fault] if fault else []))
    parameters = " ".join(f"-chparam {key} {value}" for key, value in proof["parameters"].items())
    with open(os.path.join(folder, "gates.ys"), "w") as file:
        file.write(f"read_verilog -defer -I. {' '.join(modules)}\nhierarchy -check -top {proof['top']} {parameters}\n"
                   f"{TO_GATES}\nwrite_aiger -symbols gates.aig\n")
    run(["yosys", "-q", "gates.ys"], folder)


def run_abc(commands, folder, seconds=None):
    return run(["berkeley-abc", "-q", "; ".join(commands)], folder, seconds=seconds)


def prove_with_abc(proof, folder):
    start = ["read_aiger gates.aig", "logic", "undc", "strash", "zero"]
    solve = {"fraig": ["&get", "&fraig -x", "&put", "dprove"],
             "bdd": ["collapse -B 20000000", "strash", "dprove"],
             "ordered": ["collapse -r -B 20000000", "strash", "dprove"],
             "pdr": ["scorr", "pdr"],
             "reach": ["bmc3 -T 10 -F 20", "write_cex -n cex.txt", "scorr", "trim", "reach -B 1000000 -F 10000"],
             "bmc": [f"bmc3 -F {proof.get('frames')}"],
             "search": ["bmc3 -T 5 -F 100", "write_cex -n cex.txt", "scorr", "pdr -T 20"]}[proof["method"]]
    if os.path.exists(os.path.join(folder, "cex.txt")):
        os.remove(os.path.join(folder, "cex.txt"))
    commands = start + solve + ["print_status"]
    if proof["method"] != "reach":  # which knows names no longer, and leaves what it finds before
        commands.append("write_cex -n cex.txt")
    try:
        output = run_abc(commands, folder, proof.get("seconds"))
    except NotEnded:  # a search that was cut off may have found something before
        if not os.path.exists(os.path.join(folder, "cex.txt")):
            raise
        output = "Status = 0"
    if re.search(r"was asserted in frame|Networks are NOT EQUIVALENT|Status = 0", output):
        return read_counterexample(os.path.join(folder, "cex.txt"))
    bounded = proof["method"] == "bmc" and f"No output asserted in {proof['frames']} frames" in output
    if bounded or "Status = 1" in output:
        return None
    raise NotEnded(f"no verdict:\n{output[-2000:]}")


def read_counterexample(path):
    """(the properties that fail, {cycle: {input bit: value}}) as write_cex -n leaves them."""
    properties, cycles = "?", {}
    if not os.path.exists(path):
        return properties, cycles
    with open(path) as file:
        for line in file:
            if line.startswith("# FALSIFYING OUTPUTS:"):
                properties = line.split(":", 1)[1].strip()
            elif match := re.match(r"(\S+)@(\d+)=([01])", line):
                cycles.setdefault(int(match[2]), {})[match[1]] = int(match[3])
    return properties, cycles


def words(bits):
    """Input bits joined to words: {"a_i": value}; the names of registers before the reset are left out."""
    joined = {}
    for name, value in bits.items():
        match = re.match(r"(\w+_n?i)(?:\[(\d+)\])?$", name)
        if match and match[1] != "clk_i":
            joined[match[1]] = joined.get(match[1], 0) | value << int(match[2] or 0)
    return joined


def print_counterexample(counterexample):
    properties, cycles = counterexample
    print(f"  violated: {properties}")
    for cycle in sorted(cycles):
        print(f"  cycle {cycle}: " + " ".join(f"{k}={v:x}" for k, v in sorted(words(cycles[cycle]).items())))


def decide(proof, fault=None):
    """None if the proof holds, else its counterexample."""
    with tempfile.TemporaryDirectory(prefix="ampa_formal_") as folder:
        write_gates(proof, fault, folder)
        return prove_with_abc(proof, folder)


def try_faults(proof):
    """The verdict on each deliberate fault: "refuted", "not noticed" or "not ended"."""
    verdicts = []
    for fault in proof.get("faults", []):
        try:
            verdicts.append("not noticed" if decide(proof, fault) is None else "refuted")
        except NotEnded:
            verdicts.append("not ended")
        if verdicts[-1] != "refuted":
            print(f"{proof['name']}: fault {verdicts[-1]}: {fault}", flush=True)
    return verdicts


def check(proof):
    """(the verdict, "proved", "refuted" or "not ended"; those on its faults); says so."""
    bound = f" for {proof['frames']} cycles" if proof["method"] == "bmc" else ""
    try:
        counterexample = decide(proof)
    except NotEnded as error:
        print(f"{proof['name']}: not ended: {error}", flush=True)
        return "not ended", []
    if counterexample:
        print(f"{proof['name']}: REFUTED")
        print_counterexample(counterexample)
        return "refuted", []
    faults = try_faults(proof)
    print(f"{proof['name']}: proved{bound} ({proof['method']}); {faults.count('refuted')} of {len(faults)} faults refuted",
          flush=True)
    return "proved", faults


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def read_verdicts(path):
    """{name: verdict entry} of a file that --output has written."""
    with open(path) as file:
        return {entry["name"]: entry for entry in json.load(file)["proofs"]}


def check_all(proofs, path, limit):
    """Whether none fails; puts what is known after each proof into the file `path`, if there is one."""
    passed, names = True, list(load_proofs())
    verdicts = read_verdicts(path) if path and os.path.exists(path) else {}
    for proof in proofs:
        begin = processor_seconds()
        verdict, faults = check(proof)
        verdicts[proof["name"]] = {
            "name": proof["name"], "method": proof["method"], "frames": proof.get("frames"), "verdict": verdict,
            "num_faults": len(proof.get("faults", [])), "num_refuted": faults.count("refuted"),
            "seconds": round(processor_seconds() - begin, 1), "limit_seconds": proof.get("seconds")}
        ended = verdict != "not ended" and "not ended" not in faults
        passed = passed and verdict != "refuted" and "not noticed" not in faults and (ended or bool(limit))
        if path:
            kept = [verdicts[name] for name in names if name in verdicts]
            with open(path + ".part", "w") as file:
                file.write('{"schema_version": 1, "proofs": [\n  ' + ",\n  ".join(map(json.dumps, kept)) + "\n]}\n")
            os.replace(path + ".part", path)
    return passed


def print_table(path):
    """One line per family: of how many proofs all properties hold. Whether the file has a verdict on every proof."""
    proofs, verdicts = load_proofs(), read_verdicts(path)
    print("| proofs | method | hold | faults refuted | processor seconds | no verdict |\n|---|---|---|---|---|---|")
    for family in dict.fromkeys(proof["family"] for proof in proofs.values()):
        names = [name for name, proof in proofs.items() if proof["family"] == family]
        known = [verdicts[name] for name in names if name in verdicts]
        held = [entry for entry in known if entry["verdict"] == "proved"]
        rest = [name for name in names if name not in [entry["name"] for entry in held]]
        proof = proofs[names[0]]
        method = f"bmc, {proof['frames']} cycles" if proof["method"] == "bmc" else proof["method"]
        faults = f"{sum(e['num_refuted'] for e in held)} of {sum(e['num_faults'] for e in held)}"
        print(f"| {family} | {method} | {len(held)} of {len(names)} | {faults} | "
              f"{sum(entry['seconds'] for entry in known):.0f} | {', '.join(rest)} |")
    held = sum(entry["verdict"] == "proved" for entry in verdicts.values())
    limits = sorted({entry["limit_seconds"] for entry in verdicts.values() if entry["verdict"] == "not ended"})
    print(f"\n{held} of {len(proofs)} proofs hold. Given up after (seconds): {', '.join(map(str, limits)) or 'none'}.")
    return set(proofs) == set(verdicts)


def main():
    parser = argparse.ArgumentParser(description="proves the properties of rtl/formal/proofs.json")
    parser.add_argument("--list", action="store_true", help="print the names of the proofs")
    parser.add_argument("--label", help="only the proofs of this label")
    parser.add_argument("--fault", type=int, help="put in this fault and show the counterexample")
    parser.add_argument("--seconds", type=int, help="of processor time, limit of one run of the solver; none if not given")
    parser.add_argument("--output", help="JSON file of verdicts and times; those of other proofs stay in it")
    parser.add_argument("--table", metavar="FILE", help="print the verdicts in this file; 1 if a proof has none")
    parser.add_argument("names", nargs="*", help="proofs or families; none for all")
    options = parser.parse_args()
    if options.table:
        return 0 if print_table(options.table) else 1
    proofs = load_proofs()
    if options.seconds:
        proofs = {name: {"seconds": options.seconds, **proof} for name, proof in proofs.items()}
    families = {proof["family"] for proof in proofs.values()}
    unknown = [name for name in options.names if name not in proofs and name not in families]
    if unknown:
        parser.error(f"expected one of {', '.join(proofs)}, found '{unknown[0]}'")
    chosen = [p for p in proofs.values() if not options.names or {p["name"], p["family"]} & set(options.names)]
    chosen = [p for p in chosen if options.label in (None, p["label"])]
    if options.list:
        print("\n".join(f"{p['name']} {p['label']}" for p in chosen))
        return 0
    if options.fault is not None:
        for proof in chosen:
            print(f"{proof['name']} with {proof['faults'][options.fault]}")
            print_counterexample(decide(proof, proof["faults"][options.fault]))
        return 0
    return 0 if check_all(chosen, options.output, options.seconds) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, NotEnded) as error:
        print(f"prove: {error}", file=sys.stderr)
        sys.exit(1)
