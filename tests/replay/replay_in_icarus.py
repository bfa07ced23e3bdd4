#!/usr/bin/env python3
"""replay_in_icarus.py NAME VECTORS: a recording through Icarus; every output, every cycle, compared in four states.

Prints the first differences. Exit code 0 if there are none, 1 if there are, or if the recording is empty.
"""
import os
import sys
import tempfile

import rtl

TESTBENCH = """`default_nettype none
module ampa_replay;
  reg                clk;
  reg [{width}-1:0] vectors [0:{cycles}-1];
  reg [{width}-1:0] now;
  integer            i, failures;
{wires}
  {module}{parameters} u_dut (
    .clk_i(clk){connections}
  );

  initial begin
    $readmemh("{vectors}", vectors);
    failures = 0;
    clk      = 1'b0;
    for (i = 0; i < {cycles}; i = i + 1) begin
      now = vectors[i];
      #1;
{compares}
      clk = 1'b1;
      #1 clk = 1'b0;
      if (failures >= 10) i = {cycles};
    end
    if (failures == 0) $display("PASS {cycles} cycles");
    $finish;
  end
endmodule
`default_nettype wire
"""


def testbench(target, vectors, cycles):
    wires, connections, compares, offset = "", "", "", 0
    for name, bits, is_input in rtl.ports(target):
        recorded = f"now[{offset} +: {bits}]"
        connections += f",\n    .{name}({recorded if is_input else name})"
        if not is_input:
            wires += f"  wire [{bits}-1:0] {name};\n"
            compares += (f"      if ({name} !== {recorded}) begin\n        failures = failures + 1;\n"
                         f"        $display(\"FAIL cycle %0d {name}: recorded %h, found %h\", i, {recorded}, {name});\n"
                         f"      end\n")
        offset += 4 * rtl.digits(bits)
    parameters = ", ".join(f".{key}({value})" for key, value in target.get("parameters", {}).items())
    return TESTBENCH.format(width=offset, cycles=cycles, wires=wires, module=target["module"], vectors=vectors,
                            parameters=f" #({parameters})" if parameters else "", connections=connections,
                            compares=compares)


def main():
    if len(sys.argv) != 3:
        sys.exit("replay_in_icarus: expected the name of a target and a recording")
    target, vectors = rtl.chosen_target(sys.argv[1]), os.path.abspath(sys.argv[2])
    with open(vectors) as file:
        cycles = sum(1 for _ in file)
    if cycles == 0:
        sys.exit(f"{vectors}: expected at least one cycle, found none")
    with tempfile.TemporaryDirectory(prefix="ampa_icarus_") as folder:
        bench, program = os.path.join(folder, "ampa_replay.v"), os.path.join(folder, "ampa_replay.vvp")
        with open(bench, "w") as file:
            file.write(testbench(target, vectors, cycles))
        rtl.run(["iverilog", "-g2005-sv", "-o", program, "-s", "ampa_replay", *rtl.includes(), bench, *rtl.sources()])
        output = rtl.run(["vvp", "-n", program])
    print(f"{target['name']}: {output.strip()}")
    return 0 if f"PASS {cycles} cycles" in output else 1


if __name__ == "__main__":
    sys.exit(main())
