"""And-inverter graphs: what tells a mutant from the original.

A literal is 2 * node, + 1 if inverted; literal 0 is false. Nodes are inputs or ANDs of two literals, ANDs of the same two
literals are one node, so that what a mutation does not touch is one and the same node in original and mutant.
"""


class Netlist:
    """An AIGER file in ASCII as Yosys writes it: inputs and outputs by name, latches, ANDs in topological order; and the
    map beside it (write_aiger -vmap), which says which latches are one register."""

    def __init__(self, path, path_of_map):
        with open(path) as file:
            lines = file.read().splitlines()
        _, _, num_inputs, num_latches, num_outputs, num_ands = lines[0].split()[:6]
        sizes = [int(num_inputs), int(num_latches), int(num_outputs)]
        rows = [[int(field) for field in line.split()] for line in lines[1:1 + sum(sizes) + int(num_ands)]]
        self.inputs = [row[0] for row in rows[:sizes[0]]]
        self.latches = [(row[0], row[1]) for row in rows[sizes[0]:sizes[0] + sizes[1]]]
        self.outputs = [row[0] for row in rows[sizes[0] + sizes[1]:sum(sizes)]]
        self.ands = rows[sum(sizes):]
        self.input_names, self.output_names = {}, {}
        for line in lines[1 + len(rows):]:
            if line == "c":
                break
            symbol, name = line.split(" ", 1)
            if symbol[0] in "io":
                (self.input_names if symbol[0] == "i" else self.output_names)[int(symbol[1:])] = name
        with open(path_of_map) as file:
            found = [line.split() for line in file if line.startswith("latch ")]
        self.registers = {int(latch): name for _, latch, _, name in found}  # {latch: name of its register}


class Graph:
    """The graph that original and mutants are built into."""

    def __init__(self):
        self.nodes = [None]  # (literal, literal) of an AND, a name of an input
        self.found = {}

    def add_input(self, name):
        self.nodes.append(name)
        return 2 * (len(self.nodes) - 1)

    def both(self, a, b):
        if a > b:
            a, b = b, a
        if a == 0 or a == b ^ 1:
            return 0
        if a == 1 or a == b:
            return b
        if (a, b) not in self.found:
            self.nodes.append((a, b))
            self.found[a, b] = 2 * (len(self.nodes) - 1)
        return self.found[a, b]

    def either(self, a, b):
        return self.both(a ^ 1, b ^ 1) ^ 1

    def differ(self, a, b):
        return 0 if a == b else self.either(self.both(a, b ^ 1), self.both(a ^ 1, b))

    def choose(self, condition, a, b):
        return b if a == b else self.either(self.both(condition, a), self.both(condition ^ 1, b))

    def forget(self, num_nodes):
        """Takes away all nodes but the first ones."""
        for node in self.nodes[num_nodes:]:
            self.found.pop(node, None)
        del self.nodes[num_nodes:]

    def values(self, netlist, inputs, latches, forced=None):
        """The literal of each of a netlist's variables for these of its inputs and latches; `forced` is a variable and the
        literal that takes its place."""
        value = {0: 0}
        value.update(zip(netlist.inputs, inputs))
        value.update(zip((latch for latch, _ in netlist.latches), latches))
        for result, a, b in netlist.ands:
            value[result] = self.both(value[a & ~1] ^ (a & 1), value[b & ~1] ^ (b & 1))
            if forced and result == forced[0]:
                value[result] = forced[1]
        return value

    def copy(self, netlist, inputs, latches, forced=None):
        """(outputs, next values of the latches) of a netlist for these literals of its inputs and latches."""
        value = self.values(netlist, inputs, latches, forced)
        read = [value[literal & ~1] ^ (literal & 1) for literal in netlist.outputs]
        return read, [value[literal & ~1] ^ (literal & 1) for _, literal in netlist.latches]


def write(graph, latches, output, path):
    """A binary AIGER file of what `output` depends on; latches are [(literal, next literal)] and start at 0."""
    next_of = {latch // 2: following for latch, following in latches}
    seen, order, stack = {0}, [], [output // 2]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        if isinstance(graph.nodes[node], tuple):
            stack += [literal // 2 for literal in graph.nodes[node]]
        elif node in next_of:
            stack.append(next_of[node] // 2)
    kept = [node for node in sorted(order) if node in next_of]
    inputs = [node for node in sorted(order) if node not in next_of and not isinstance(graph.nodes[node], tuple)]
    ands = [node for node in sorted(order) if isinstance(graph.nodes[node], tuple)]  # nodes are in topological order
    number = {node: index for index, node in enumerate([0] + inputs + kept + ands)}

    def renamed(literal):
        return 2 * number[literal // 2] + (literal & 1)

    text = bytearray(f"aig {len(number) - 1} {len(inputs)} {len(kept)} 1 {len(ands)}\n".encode())
    text += "".join(f"{renamed(next_of[node])}\n" for node in kept).encode()
    text += f"{renamed(output)}\n".encode()
    for node in ands:
        a, b = sorted(map(renamed, graph.nodes[node]))
        text += encoded(2 * number[node] - b) + encoded(b - a)
    text += "".join(f"i{index} {graph.nodes[node]}\n" for index, node in enumerate(inputs)).encode()
    text += b"o0 different_fail_o\n"
    with open(path, "wb") as file:
        file.write(text)
    return bytes(text)


def encoded(delta):
    """A number in groups of seven bits, lowest first."""
    groups = bytearray()
    while delta >= 0x80:
        groups.append(delta & 0x7f | 0x80)
        delta >>= 7
    groups.append(delta)
    return bytes(groups)
