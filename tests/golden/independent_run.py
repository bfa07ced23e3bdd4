#!/usr/bin/python3
"""Trains tiny networks with the binary and with tests/golden/independent, a second implementation in plain Python and numpy that was
written from docs/training.md and models/numerics/NUMERICS.md alone, and compares every bit of figures and tensors.

usage: independent_run.py AMPA_BINARY WORKDIR [NAME...]"""

import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "independent"))

import comparison  # noqa: E402
import random_bits  # noqa: E402

TINY = {"dataset": "synthetic", "network": "tinyresnet", "max_train": 20, "max_test": 6, "batch_size": 5, "epochs": 3}
QUICK = {**TINY, "network": "tinycnn", "epochs": 2}
RUNS = {
    "ampa": {**TINY, "epochs": 4, "scheme": "ampa", "itv_epochs": 1, "alpha": 25, "beta": 50, "gamma": 75, "thr": 1},
    "ampa-tinycnn": {**QUICK, "epochs": 3, "scheme": "ampa", "itv_epochs": 1, "alpha": 34, "beta": 67, "gamma": 100},
    "fp32": {**QUICK, "scheme": "fp32"},
    "int8": {**QUICK, "scheme": "int8"},
    "int4": {**QUICK, "scheme": "int4"},
}


def main(binary, folder, *names):
    random_bits.check()
    failures = 0
    for name in names or RUNS:
        begin = time.time()
        difference = comparison.compare(binary, Path(folder) / name, RUNS[name])
        print("%s: %s (%.1f s)" % (name, difference or "equal", time.time() - begin), flush=True)
        failures += difference is not None
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
