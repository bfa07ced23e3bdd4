#!/usr/bin/env python3
"""Composes the area of any array from synthesised ones: compose.py [--update | --check]

For each processing element and dataflow the count of each kind of cell is

    base + rows * row + cols * col + rows * cols * element + rows (rows - 1) / 2 * row_skew + cols (cols - 1) / 2 * col_skew

where base is controller, format and counters, row and col are the edges, and the last two terms the registers that delay row
r by r cycles and column c by c, whose bits the RTL tells: each is a FF and, since it is cleared when a tile starts, a LUT. The
other four give the least sum of squares of relative errors over all synthesised sizes. A size is checked by what the others
give for it. --update writes coefficients and checks into area.json, --check compares with it.
"""
import argparse
import sys
from fractions import Fraction

import synthesize

TERMS = ("base", "row", "col", "element", "row_skew", "col_skew")
KINDS = ("lut", "ff", "dsp48e1", "carry4")
# Bits that a row and a column are delayed by: words of A and of B, or partial sums and results, with their side words.
SKEW_BITS = {("ampa_os_array", 0): (9, 9), ("ampa_os_array", 1): (32, 32), ("ampa_os_array", 2): (45, 39),
             ("ampa_ws_array", 0): (9, 64), ("ampa_ws_array", 1): (32, 64), ("ampa_ws_array", 2): (45, 64)}


def terms(rows, cols):
    return [1, rows, cols, rows * cols, rows * (rows - 1) // 2, cols * (cols - 1) // 2]


def solve(matrix, vector):
    """Gauss and Jordan in fractions, so that the result is the same everywhere; None if there is no single solution."""
    lines = [[Fraction(x) for x in line] + [Fraction(y)] for line, y in zip(matrix, vector)]
    for i in range(len(lines)):
        pivot = next((k for k in range(i, len(lines)) if lines[k][i]), None)
        if pivot is None:
            return None
        lines[i], lines[pivot] = lines[pivot], lines[i]
        lines[i] = [x / lines[i][i] for x in lines[i]]
        for k, line in enumerate(lines):
            if k != i:
                lines[k] = [x - line[i] * y for x, y in zip(line, lines[i])]
    return [line[-1] for line in lines]


def fit(counts, skew):
    """Coefficients of {(rows, cols): count} for these of the last two terms; None if the sizes do not tell them."""
    lines = [[*terms(*size)[:4], count - sum(x * y for x, y in zip(skew, terms(*size)[4:])), Fraction(1, max(count, 1)**2)]
             for size, count in counts.items()]
    matrix = [[sum(line[5] * line[i] * line[k] for line in lines) for k in range(4)] for i in range(4)]
    vector = [sum(line[5] * line[i] * line[4] for line in lines) for i in range(4)]
    found = solve(matrix, vector)
    return found and found + [Fraction(x) for x in skew]


def composed(coefficients, size):
    return float(sum(x * y for x, y in zip(coefficients, terms(*size))))


def size_of(entry):
    return entry["parameters"]["Rows"], entry["parameters"]["Cols"]


def compose(entries):
    """One composition of the entries of a processing element and dataflow; none of too few."""
    by_size = {size_of(entry): entry for entry in sorted(entries, key=size_of)}
    if len(by_size) <= 4:
        return None
    composition = {"module": entries[0]["module"], "pe": entries[0]["parameters"]["Pe"]}
    checks = {size: {"size": "%dx%d" % size} for size in by_size}
    for form in ("with_dsp", "no_dsp"):
        composition[form] = {}
        for kind in KINDS:
            bits = SKEW_BITS[composition["module"], composition["pe"]] if kind in ("lut", "ff") else (0, 0)
            counts = {size: entry[form][kind] for size, entry in by_size.items()}
            composition[form][kind] = {term: round(float(x), 3) for term, x in zip(TERMS, fit(counts, bits))}
            if kind not in ("lut", "ff"):
                continue
            for size, check in checks.items():
                others = fit({other: count for other, count in counts.items() if other != size}, bits)
                check[f"{kind}_{form}"] = counts[size]
                if others:
                    check[f"{kind}_{form}_error_percent"] = round(100 * (composed(others, size) / counts[size] - 1), 2)
    composition["checks"] = list(checks.values())
    return composition


def compositions(area):
    groups = {}
    for entry in area["entries"]:
        if entry["kind"] == "array":
            groups.setdefault((entry["module"], entry["parameters"]["Pe"]), []).append(entry)
    return [composition for group in groups.values() if (composition := compose(group))]


def main():
    parser = argparse.ArgumentParser(description="composes the area of arrays from synthesised small ones")
    parser.add_argument("--update", action="store_true", help="put the coefficients into area.json")
    parser.add_argument("--check", action="store_true", help="compare them with area.json")
    options = parser.parse_args()
    area = synthesize.read_json(synthesize.AREA)
    found = compositions(area)
    for composition in found:
        for check in composition["checks"]:
            print(f"{composition['module']} Pe {composition['pe']} {check}")
    if options.update:
        synthesize.write_area({**area, "compositions": found})
    if options.check and area.get("compositions") != found:
        print("compose: area.json has other coefficients than its entries give")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
