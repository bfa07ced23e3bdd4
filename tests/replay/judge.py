"""Whether a mutant that survives can be told from the original at all, within the contract of the target.

Original and mutants are one netlist of gates; a mutant is what a value of mutant_i makes of it. Three questions, each asked
only if the one before has not answered:
  1. Do the gates of outputs and next states come out the same, node by node?
  2. Does any state and input within the contract make an output or a next state differ? (SAT, registers cut)
  3. Does any sequence of inputs within the contract, from a reset in any state, make an output differ? (bounded model
     checking; induction and reachability)
Survivors whose question is the same are asked once.
"""
import os
import re
import sys

import aig
import rtl

sys.path.insert(0, os.path.join(rtl.RTL, "formal"))
import prove  # noqa: E402

SECONDS_CUT = 8
SECONDS_OF_SEARCH = 25


def guard_of(output):
    """As in mutant_main.cpp: what must be high for an output to mean anything."""
    if output.startswith("out_") and output != "out_valid_o":
        return "out_valid_o"
    return {"results_o": "result_valid_o", "step_o": "operand_ready_o", "a_step_o": "operand_ready_o",
            "b_step_o": "operand_ready_o"}.get(output)


def contract_of(target):
    """A Verilog expression of the ports: what holds in each cycle, and what holds when a tile is taken."""
    always = " && ".join(f"({part})" for part in rtl.contracts(target.get("contract", [])))
    at_start = " && ".join(f"({part})" for part in rtl.contracts(target.get("contract_at_start", [])))
    return f"({always or 1}) && (!(start_i && !busy_o) || ({at_start}))" if at_start else always or "1"


def wrapper(target, ports, width):
    """Verilog of the mutants with the contract beside: within_contract_o is high while the inputs are as they must be."""
    declared = "".join(f", {'input' if is_input else 'output'} [{bits}-1:0] {name}" for name, bits, is_input in ports)
    connections = "".join(f", .{name}({name})" for name, _, _ in ports)
    return (f"module judged(input clk_i, input [{width}-1:0] mutant_i{declared}, output within_contract_o);\n"
            f"mutant u_mutant(.clk_i(clk_i), .mutant_i(mutant_i){connections});\n"
            f"assign within_contract_o = {contract_of(target)};\nendmodule\n")


class Judge:
    """Of the mutants in mutant.v of a folder."""

    def __init__(self, target, ports, width, folder):
        with open(os.path.join(folder, "judged.v"), "w") as file:
            file.write(wrapper(target, ports, width))
        rtl.yosys(f"read_verilog mutant.v judged.v\nhierarchy -check -top judged\n{prove.TO_GATES}\n"
                  "write_aiger -ascii -symbols gates.aag\n", folder)
        self.folder = folder
        self.netlist = aig.Netlist(os.path.join(folder, "gates.aag"))
        self.verdicts = {}
        self.graph = aig.Graph()
        names = [self.netlist.input_names.get(i, f"free{i}") for i in range(len(self.netlist.inputs))]
        self.selects = {i: int((re.search(r"\[(\d+)\]", name) or [0, 0])[1])
                        for i, name in enumerate(names) if name.startswith("mutant_i")}
        self.inputs = [0 if i in self.selects else self.graph.add_input(name) for i, name in enumerate(names)]
        self.reset = names.index("rst_ni") if "rst_ni" in names else None
        legal = rtl.read_table("legal_inputs")
        bits = [re.fullmatch(r"(\w+?)(?:\[(\d+)\])?", name) for name in names]
        self.legal = [legal[bit[1]] >> int(bit[2] or 0) & 1 if bit and bit[1] in legal else None for bit in bits]

    def names_of_outputs(self):
        return [re.sub(r"\[\d+\]$", "", self.netlist.output_names[i]) for i in range(len(self.netlist.outputs))]

    def chosen(self, inputs, mutant):
        return [mutant >> self.selects[i] & 1 if i in self.selects else literal for i, literal in enumerate(inputs)]

    def kept_legal(self, inputs, states):
        """(inputs, within the contract): where they are not within, legal values take the place of formats and sizes, so
        that SAT sweeping finds the nodes that are equal because of the contract."""
        outputs, _ = self.graph.copy(self.netlist, self.chosen(inputs, 0), states)
        within = outputs[self.names_of_outputs().index("within_contract_o")]
        return [literal if legal is None else self.graph.choose(within, literal, legal)
                for literal, legal in zip(inputs, self.legal)], within

    def difference(self, original, changed):
        """Whether an output differs that a bench would look at."""
        names = self.names_of_outputs()
        by_name = dict(zip(names, original))
        fail = 0
        for name, a, b in zip(names, original, changed):
            if name != "within_contract_o":
                fail = self.graph.either(fail, self.graph.both(self.graph.differ(a, b), by_name.get(guard_of(name), 1)))
        return fail

    def judge(self, mutant):
        """"equivalent", "distinguishable" or "undecided", and the inputs that distinguish, cycle by cycle."""
        num_nodes = len(self.graph.nodes)
        try:
            cut = self.cut_question(mutant)
            if cut is None or self.ask(cut, "fraig", SECONDS_CUT)[0] == "equivalent":
                return "equivalent", []
            return self.ask(self.sequential_question(mutant), "search", SECONDS_OF_SEARCH)
        finally:
            self.graph.forget(num_nodes)

    def ask(self, question, method, seconds):
        if question not in self.verdicts:
            with open(os.path.join(self.folder, "gates.aig"), "wb") as file:
                file.write(question)
            try:
                found = prove.prove_with_abc({"method": method, "seconds": seconds}, self.folder)
                self.verdicts[question] = ("equivalent", []) if found is None else ("distinguishable", cycles_of(found))
            except prove.Failure:
                self.verdicts[question] = ("undecided", [])
        return self.verdicts[question]

    def cut_question(self, mutant):
        """None if nothing differs."""
        states = [self.graph.add_input(f"state{i}") for i in range(len(self.netlist.latches))]
        inputs, within = self.kept_legal(self.inputs, states)
        original = self.graph.copy(self.netlist, self.chosen(inputs, 0), states)
        changed = self.graph.copy(self.netlist, self.chosen(inputs, mutant), states)
        fail = self.difference(original[0], changed[0])
        for a, b in zip(original[1], changed[1]):
            fail = self.graph.either(fail, self.graph.differ(a, b))
        fail = self.graph.both(fail, within)
        return None if fail == 0 else aig.write(self.graph, [], fail, os.path.join(self.folder, "gates.aig"))

    def sequential_question(self, mutant):
        """Both start in the same state, any, and are reset in the first cycle; latches that cannot differ are shared."""
        graph, num = self.graph, len(self.netlist.latches)
        started, kept = graph.add_input("started_q"), graph.add_input("kept_q")
        begin = [graph.add_input(f"begin{i}") for i in range(num)]
        first = [graph.add_input(f"first{i}") for i in range(num)]
        second = [graph.add_input(f"second{i}") for i in range(num)]
        inputs = list(self.inputs)
        if self.reset is not None:
            inputs[self.reset] = graph.both(inputs[self.reset], started)
        state = [graph.choose(started, first[i], begin[i]) for i in range(num)]
        inputs, within = self.kept_legal(inputs, state)
        original = graph.copy(self.netlist, self.chosen(inputs, 0), state)
        differing = set()
        while True:
            other = [graph.choose(started, second[i], begin[i]) if i in differing else state[i] for i in range(num)]
            changed = graph.copy(self.netlist, self.chosen(inputs, mutant), other)
            more = {i for i in range(num) if original[1][i] != changed[1][i]} - differing
            if not more:
                break
            differing |= more
        fail = self.difference(original[0], changed[0])
        within = graph.both(within, graph.either(kept, started ^ 1))
        latches = [(started, 1), (kept, within)]
        latches += list(zip(first, original[1])) + [(second[i], changed[1][i]) for i in differing]
        return aig.write(graph, latches, graph.both(graph.both(fail, within), started),
                         os.path.join(self.folder, "gates.aig"))


def cycles_of(counterexample):
    cycles = counterexample[1]
    return [{name: f"{value:x}" for name, value in prove.words(cycles[c]).items()} for c in sorted(cycles)]
