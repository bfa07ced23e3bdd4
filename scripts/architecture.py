#!/usr/bin/env python3
"""Draws docs/architecture.svg: the rooms, as the CMakeLists.txt of models, systemc and explorer add them, and three ways through them.

    scripts/architecture.py           writes the picture
    scripts/architecture.py --check   1 if it is not what the rooms are now
"""
import pathlib
import re
import sys
from html import escape

SOURCE = pathlib.Path(__file__).resolve().parents[1]
PICTURE = SOURCE / "docs/architecture.svg"
PURPOSE = {
    "common": "errors, JSON, files, threads", "numerics": "rules of quantizers, random bits", "settings": "one table of settings",
    "kernels": "inner loops per instruction set", "gemm": "GemmJob, reference and CPU backend", "quant": "tensors to codes and back",
    "allocate": "allocators, sensitivities", "ir": "instructions, program, passes", "ops": "an op: one file, one table line",
    "networks": "descriptions in JSON", "bitops": "BitOPs, RR and its range", "data": "data sets, batches, augmentation",
    "record": "what a run was", "trace": "operands of a step, kept", "objectives": "losses and metrics",
    "weights": "safetensors", "optim": "optimizers, schedules", "train": "the loop, checkpoints, identity",
    "timing": "closed forms of cycles", "rtl": "verilated arrays, cores, units", "tlm": "SystemC TLM-2.0 models",
    "verify": "the bench of the RTL", "config": "flags, sweep files", "cost": "cycles and energy of records",
    "sweep": "trials in workers", "statistics": "tests, intervals, fronts", "study": "searching over settings",
    "report": "facts to HTML and CSV", "paper": "its tables beside ours", "commands": "one file a command",
}
WAYS = {
    "a batch": ("#1f77b4", ["data", "train", "ir", "quant", "gemm", "kernels"]),
    "a job": ("#d62728", ["ops", "gemm", "tlm", "rtl"]),
    "a trial": ("#2ca02c", ["config", "sweep", "train", "record", "cost", "report"]),
}
WIDTH, HEIGHT, GAP, TOP, LEFT = 330, 34, 8, 60, 20


def rooms(group):
    return re.findall(r"add_subdirectory\((\w+)\)", (SOURCE / group / "CMakeLists.txt").read_text())


def place_rooms():
    """Position of each room, and one of each group's title: models in two columns, each group in the order of dependence."""
    places, titles = {}, []
    models = rooms("models")
    half = (len(models) + 1) // 2
    for column, (title, names) in enumerate([("models", models[:half]), ("models, above them", models[half:]),
                                             ("systemc", rooms("systemc")), ("explorer", rooms("explorer"))]):
        left = LEFT + column * (WIDTH + 50)
        titles.append((left, title))
        for row, name in enumerate(names):
            places[name] = (left, TOP + row * (HEIGHT + GAP))
    return places, titles


def draw():
    places, titles = place_rooms()
    missing = sorted(set(places) - set(PURPOSE))
    if missing:
        sys.exit(f"architecture: expected a purpose of every room, found none of {', '.join(missing)}")
    height = max(y for _, y in places.values()) + HEIGHT + 60
    width = max(x for x, _ in places.values()) + WIDTH + 20
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for x, title in titles:
        out.append(f'<text x="{x}" y="{TOP - 16}" font-size="15" font-weight="bold">{escape(title)}</text>')
    for name, (x, y) in places.items():
        out.append(f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="4" fill="#f4f4f4" stroke="#888"/>')
        out.append(f'<text x="{x + 8}" y="{y + 21}"><tspan font-weight="bold">{escape(name)}</tspan> {escape(PURPOSE[name])}</text>')
    for index, (way, (colour, names)) in enumerate(WAYS.items()):
        stops = [name for name in names if name in places]
        for number, name in enumerate(stops, 1):
            x, y = places[name]
            centre = x + WIDTH - 14 - index * 22
            out.append(f'<circle cx="{centre}" cy="{y + 17}" r="9" fill="{colour}"/>')
            out.append(f'<text x="{centre}" y="{y + 21}" fill="white" text-anchor="middle">{number}</text>')
        x = LEFT + index * 480
        out.append(f'<circle cx="{x + 9}" cy="{height - 26}" r="9" fill="{colour}"/>')
        out.append(f'<text x="{x + 24}" y="{height - 22}">the way of {way}: {escape(", ".join(stops))}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    if sys.argv[1:] == ["--check"]:
        if not PICTURE.exists() or PICTURE.read_text() != draw():
            sys.exit(f"architecture: {PICTURE.relative_to(SOURCE)} is not what the rooms are; scripts/architecture.py draws it")
        return
    if sys.argv[1:]:
        sys.exit(f"architecture: expected no argument or --check, found '{' '.join(sys.argv[1:])}'")
    PICTURE.write_text(draw())


if __name__ == "__main__":
    main()
