"""Whether a mutant that survives can be told from the original at all, within the contract of the target.

Original and mutants are one netlist of gates; a mutant is what a value of mutant_i makes of it. Five questions, each asked
only if the one before has not answered:
  1. Do the gates of outputs and next states come out the same, node by node?
  2. Does the original ever come, within the contract and from a reset on, to a state in which the bit at the fault would
     have another value? (reachability; one set of registers only)
  3. Does any state and input within the contract make an output or a next state differ? (SAT, registers cut) Where that
     does not end and the target has "cases" (values of ports that together are all of its contract), for each of them.
  4. Is there a set of registers (one or two next to the fault, or grown from none) such that nothing but these registers
     ever differs when they alone are doubled? (reachability; what differs unseen, as a count that nobody looks at, or holds
     the same in other bits is in the set)
  5. Does any sequence of inputs within the contract, from a reset in any state, make an output differ? (bounded model
     checking; induction and reachability; original and mutant side by side)
Survivors whose question is the same are asked once.
"""
import itertools
import os
import re
import sys

import aig
import rtl

sys.path.insert(0, os.path.join(rtl.RTL, "formal"))
import prove  # noqa: E402

SECONDS_CUT = 5
SECONDS_OF_REACH = 5
SECONDS_OF_SEARCH = 12
SECONDS_OF_LATCH = 1
SECONDS_OF_DOUBLING = 20  # of all such questions of a mutant
MOST_DOUBLED = 64
MOST_SITES = 24  # variables that are looked at as the place of a fault


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
    """Verilog of the mutants with the contract beside: within_contract_o is high while the inputs are as they must be. A
    contract may ask for last_PORT, of what was taken last; before the first, that was the last of a tensor."""
    declared = "".join(f", {'input' if is_input else 'output'} [{bits}-1:0] {name}" for name, bits, is_input in ports)
    connections = "".join(f", .{name}({name})" for name, _, _ in ports)
    contract = contract_of(target)
    kept = [(name, bits) for name, bits, is_input in ports if is_input and re.search(rf"\blast_{name}\b", contract)]
    history = "".join(
        f"reg [{bits}-1:0] last_{name};\n"
        f"always @(posedge clk_i)\n  if (!rst_ni) last_{name} <= {{{bits}{{1'b1}}}};\n"
        f"  else if (in_valid_i && in_ready_o) last_{name} <= {name};\n" for name, bits in kept)
    return (f"module judged(input clk_i, input [{width}-1:0] mutant_i{declared}, output within_contract_o);\n"
            f"mutant u_mutant(.clk_i(clk_i), .mutant_i(mutant_i){connections});\n{history}"
            f"assign within_contract_o = {contract};\nendmodule\n")


class Judge:
    """Of the mutants in mutant.v of a folder."""

    def __init__(self, target, ports, width, folder):
        with open(os.path.join(folder, "judged.v"), "w") as file:
            file.write(wrapper(target, ports, width))
        rtl.yosys(f"read_verilog mutant.v judged.v\nhierarchy -check -top judged\n{prove.TO_GATES}\n"
                  "write_aiger -ascii -symbols -vmap gates.map gates.aag\n", folder)
        self.folder = folder
        self.netlist = aig.Netlist(os.path.join(folder, "gates.aag"), os.path.join(folder, "gates.map"))
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
        self.cases = [self.fixed(bits, case) for case in cases_of(target)]
        if self.cases and self.ask(self.question_of_cases(), "fraig", SECONDS_CUT)[0] != "equivalent":
            sys.exit(f"{target['name']}: expected the cases to be all of the contract")

    def fixed(self, bits, case):
        """All inputs, those of the ports of a case as constants."""
        return [case[bit[1]] >> int(bit[2] or 0) & 1 if bit and bit[1] in case else literal
                for bit, literal in zip(bits, self.inputs)]

    def question_of_cases(self):
        """Whether there is something within the contract that is none of the cases."""
        states = [self.graph.add_input(f"state{i}") for i in range(len(self.netlist.latches))]
        outputs, _ = self.graph.copy(self.netlist, self.chosen(self.inputs, 0), states)
        fail = outputs[self.names_of_outputs().index("within_contract_o")]
        for case in self.cases:
            is_case = 1
            for literal, value in zip(self.inputs, case):
                if literal != value:
                    is_case = self.graph.both(is_case, literal ^ value ^ 1)
            fail = self.graph.both(fail, is_case ^ 1)
        return aig.write(self.graph, [], fail, os.path.join(self.folder, "gates.aig"))

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
            cut = self.cut_question(mutant, self.inputs)
            if cut is None or self.never_reached(mutant):
                return "equivalent", []
            verdict = self.ask(cut, "fraig", SECONDS_CUT)[0]
            if verdict == "undecided" and self.cases:
                return self.judge_by_cases(mutant)
            if verdict == "equivalent" or self.is_contained(mutant):
                return "equivalent", []
            return self.ask(self.sequential_question(mutant, self.inputs), "search", SECONDS_OF_SEARCH)
        finally:
            self.graph.forget(num_nodes)

    def judge_by_cases(self, mutant):
        found = ("equivalent", [])
        for case in self.cases:
            if self.ask(self.cut_question(mutant, case), "fraig", SECONDS_CUT)[0] != "equivalent":
                found = self.ask(self.sequential_question(mutant, case), "search", SECONDS_OF_SEARCH)
                if found[0] == "distinguishable":
                    break
        return found

    def ask(self, question, method, seconds):
        if question is None:
            return "equivalent", []
        if (question, method) not in self.verdicts:
            with open(os.path.join(self.folder, "gates.aig"), "wb") as file:
                file.write(question)
            try:
                found = prove.prove_with_abc({"method": method, "seconds": seconds}, self.folder)
                verdict = ("equivalent", []) if found is None else ("distinguishable", cycles_of(found))
            except (prove.Failure, prove.NotEnded):
                verdict = ("undecided", [])
            self.verdicts[question, method] = verdict
        return self.verdicts[question, method]

    def written(self, latches, fail):
        """None if nothing differs."""
        return None if fail == 0 else aig.write(self.graph, latches, fail, os.path.join(self.folder, "gates.aig"))

    def next_difference(self, original, changed):
        fail = 0
        for a, b in zip(original, changed):
            fail = self.graph.either(fail, self.graph.differ(a, b))
        return fail

    def cut_question(self, mutant, inputs):
        states = [self.graph.add_input(f"state{i}") for i in range(len(self.netlist.latches))]
        inputs, within = self.kept_legal(inputs, states)
        original = self.graph.copy(self.netlist, self.chosen(inputs, 0), states)
        changed = self.graph.copy(self.netlist, self.chosen(inputs, mutant), states)
        fail = self.graph.either(self.difference(original[0], changed[0]), self.next_difference(original[1], changed[1]))
        return self.written([], self.graph.both(fail, within))

    def any_start(self):
        """(started, kept, begin, first, state): whether the first cycle is over, whether all cycles so far were within the
        contract, any state to begin with, the registers, and the state now."""
        graph, num = self.graph, len(self.netlist.latches)
        started, kept = graph.add_input("started_q"), graph.add_input("kept_q")
        begin = [graph.add_input(f"begin{i}") for i in range(num)]
        first = [graph.add_input(f"first{i}") for i in range(num)]
        return started, kept, begin, first, [graph.choose(started, a, b) for a, b in zip(first, begin)]

    def within_so_far(self, inputs, started, kept, state):
        """(inputs with the reset, if there is one, in the first cycle, within the contract up to now)."""
        graph = self.graph
        inputs = [graph.both(literal, started) if i == self.reset else literal for i, literal in enumerate(inputs)]
        inputs, within = self.kept_legal(inputs, state)
        return inputs, graph.both(within, graph.either(kept, started ^ 1))

    def site(self, mutant):
        """A variable of the netlist through which all goes that the fault changes, the last that is found, since fewest
        states show a difference there; None if no one is. What is constant in both is where a mutant is chosen."""
        graph, inputs = self.graph, self.inputs
        states = [graph.add_input(f"state{i}") for i in range(len(self.netlist.latches))]
        original = graph.values(self.netlist, self.chosen(inputs, 0), states)
        changed = graph.values(self.netlist, self.chosen(inputs, mutant), states)
        wanted = graph.copy(self.netlist, self.chosen(inputs, 0), states)
        differing = [result for result, _, _ in self.netlist.ands
                     if original[result] != changed[result] and max(original[result], changed[result]) > 1]
        for result in reversed(differing[:MOST_SITES]):
            if graph.copy(self.netlist, self.chosen(inputs, mutant), states, (result, original[result])) == wanted:
                return result
        return None

    def reach_question(self, mutant):
        """Whether the original comes, after a reset that leaves the same state in both, to a state in which the fault's place
        would have another value."""
        graph = self.graph
        started, kept, begin, first, state = self.any_start()
        inputs, within = self.within_so_far(self.inputs, started, kept, state)
        following = graph.copy(self.netlist, self.chosen(inputs, 0), state)[1]
        site = self.site(mutant)
        fail = 1
        if site is not None and self.is_reset_alike(mutant, begin):
            fail = graph.differ(graph.values(self.netlist, self.chosen(inputs, 0), state)[site],
                                graph.values(self.netlist, self.chosen(inputs, mutant), state)[site])
        return self.written([(started, 1), (kept, within)] + list(zip(first, following)),
                            graph.both(fail, graph.both(within, started)))

    def is_reset_alike(self, mutant, state):
        inputs = [0 if i == self.reset else literal for i, literal in enumerate(self.inputs)]
        return (self.graph.copy(self.netlist, self.chosen(inputs, 0), state)[1] ==
                self.graph.copy(self.netlist, self.chosen(inputs, mutant), state)[1])

    def never_reached(self, mutant):
        """Whether question 2 is answered with no. A decision diagram ends where counters are wide and count little."""
        question = self.reach_question(mutant)
        for method in ("pdr", "reach"):
            verdict = self.ask(question, method, SECONDS_OF_REACH)[0]
            if verdict != "undecided":
                return verdict == "equivalent"
        return False

    def is_contained(self, mutant):
        """Whether question 4 finds such a set: no register, one or two of those next to the fault, or one that is grown."""
        begin = prove.processor_seconds()
        near = self.registers_that_differ(mutant, frozenset())
        for doubled in itertools.chain.from_iterable(itertools.combinations(near, number) for number in range(3)):
            if self.contains(mutant, frozenset().union(*doubled)):
                return True
            if prove.processor_seconds() - begin > SECONDS_OF_DOUBLING:
                return False
        return self.is_contained_in_grown(mutant)

    def contains(self, mutant, doubled):
        differing = self.doubled_question(mutant, doubled, None, True)
        return self.ask(differing, "pdr", SECONDS_OF_REACH)[0] == "equivalent"

    def is_contained_in_grown(self, mutant):
        """Adds the registers that come to differ."""
        doubled, begin = frozenset(), prove.processor_seconds()
        while len(doubled) <= MOST_DOUBLED:
            if self.contains(mutant, doubled):
                return True
            if self.ask(self.doubled_question(mutant, doubled, [], True), "pdr", SECONDS_OF_LATCH)[0] == "distinguishable":
                return False
            more = frozenset()
            for register in self.registers_that_differ(mutant, doubled):
                question = self.doubled_question(mutant, doubled, register, False)
                verdict = self.ask(question, "pdr", SECONDS_OF_LATCH)[0]
                if prove.processor_seconds() - begin > SECONDS_OF_DOUBLING:
                    return False
                if verdict != "equivalent":
                    more |= register
            if not more:
                return False
            doubled |= more
        return False

    def doubled(self, mutant, doubled):
        """Original and mutant from any state, reset in the first cycle, the registers but these of the original only:
        (registers, within the contract, started, original and mutant as of Graph.copy)."""
        graph = self.graph
        started, kept, begin, first, state = self.any_start()
        second = {i: graph.add_input(f"second{i}") for i in doubled}
        other = [graph.choose(started, second[i], begin[i]) if i in second else q for i, q in enumerate(state)]
        inputs, within = self.within_so_far(self.inputs, started, kept, state)
        original = graph.copy(self.netlist, self.chosen(inputs, 0), state)
        changed = graph.copy(self.netlist, self.chosen(inputs, mutant), other)
        latches = [(started, 1), (kept, within)] + list(zip(first, original[1]))
        return latches + [(second[i], changed[1][i]) for i in second], within, started, original, changed

    def registers_that_differ(self, mutant, doubled):
        """Registers, each as the set of its latches, that are not doubled and some of whose gates differ; narrow ones first."""
        _, _, _, original, changed = self.doubled(mutant, doubled)
        names = self.netlist.registers
        differing = {names[i] for i, (a, b) in enumerate(zip(original[1], changed[1])) if a != b and i not in doubled}
        registers = [frozenset(i for i in names if names[i] == name) for name in sorted(differing)]
        return sorted(registers, key=len)

    def doubled_question(self, mutant, doubled, chosen, with_outputs):
        """Whether one of the chosen registers, or any that is not doubled, comes to differ, or an output."""
        latches, within, started, original, changed = self.doubled(mutant, doubled)
        if chosen is None:
            chosen = [i for i in range(len(original[1])) if i not in doubled]
        fail = self.next_difference([original[1][i] for i in chosen], [changed[1][i] for i in chosen])
        if with_outputs:
            fail = self.graph.either(fail, self.graph.both(self.difference(original[0], changed[0]), started))
        return self.written(latches, self.graph.both(fail, within))

    def sequential_question(self, mutant, inputs):
        """Both start in the same state, any, and are reset in the first cycle; latches that cannot differ are shared."""
        graph, num = self.graph, len(self.netlist.latches)
        started, kept, begin, first, state = self.any_start()
        second = [graph.add_input(f"second{i}") for i in range(num)]
        inputs, within = self.within_so_far(inputs, started, kept, state)
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
        latches = [(started, 1), (kept, within)]
        latches += list(zip(first, original[1])) + [(second[i], changed[1][i]) for i in differing]
        return self.written(latches, graph.both(graph.both(fail, within), started))


def cases_of(target):
    """[{port: value}] of every combination of the values in the target's cases."""
    values = target.get("cases", {})
    return [dict(zip(values, chosen)) for chosen in itertools.product(*values.values())] if values else []


def cycles_of(counterexample):
    cycles = counterexample[1]
    return [{name: f"{value:x}" for name, value in prove.words(cycles[c]).items()} for c in sorted(cycles)]
