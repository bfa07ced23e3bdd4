#!/usr/bin/python3
"""Trains tiny networks with the binary and with tests/golden/independent, a second implementation in plain Python and numpy that was
written from docs/training.md and models/numerics/NUMERICS.md alone, and compares every bit of figures and tensors.

usage: independent_run.py AMPA_BINARY WORKDIR [NAME...]              the runs of the list below, or some of them
       independent_run.py AMPA_BINARY WORKDIR --random FIRST COUNT   runs whose settings are drawn at random, by their numbers
       independent_run.py AMPA_BINARY WORKDIR --families             networks of several families

Exit codes: 0 all equal, 3 one differs."""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the products are small, and exact in any order
sys.path.insert(0, str(Path(__file__).resolve().parent / "independent"))

import numpy as np  # noqa: E402

import comparison  # noqa: E402
import random_bits  # noqa: E402
import random_settings  # noqa: E402
import transformer  # noqa: E402

TINY = {"dataset": "synthetic", "network": "tinyresnet", "max_train": 20, "max_test": 6, "batch_size": 5, "epochs": 3}
QUICK = {**TINY, "network": "tinycnn", "epochs": 2}
RUNS = {
    "ampa": {**TINY, "epochs": 6, "scheme": "ampa", "itv_epochs": 1, "alpha": 25, "beta": 50, "gamma": 75, "thr": 1},
    "thr": {**TINY, "epochs": 5, "scheme": "ampa", "itv_epochs": 1, "alpha": 25, "beta": 50, "gamma": 75, "thr": 1, "ladder": [4, 8],
            "measure": "reversed"},
    "ampa-tinycnn": {**QUICK, "epochs": 4, "scheme": "ampa", "itv_epochs": 1, "alpha": 34, "beta": 67, "gamma": 100,
                     "augment": "flip-crop", "last_batch": "keep", "batch_size": 6},
    "fp32": {**QUICK, "scheme": "fp32", "optimizer": "adamw", "lr": 0.01, "label_smoothing": 0.1},
    "int8": {**QUICK, "scheme": "int8", "nesterov": "on", "warmup_steps": 3, "clip_norm": 1},
    "int4": {**QUICK, "scheme": "int4", "decay_exempt": "norms-biases", "weight_decay": 0.1, "gradient_scales": "channel"},
    "ui8": {**QUICK, "scheme": "ui8", "clip_period": 3},
    "dai8": {**QUICK, "scheme": "dai8", "batch_size": 4, "max_train": 8},
    "coarse": {**QUICK, "scheme": "fixed", "bits": "w2a3g5,50%:w3a2g6", "activation_rounding": "stochastic"},
    "interval": {**QUICK, "scheme": "ampa", "epochs": 4, "max_train": 10, "itv_epochs": 2, "alpha": 100, "measure": "hessian",
                 "hessian_probes": 1, "granularity": "block", "first_order": "on"},
    "wageubn": {**QUICK, "scheme": "wageubn"},
    "transformer": {**QUICK, "network": "{folder}/network.json", "epochs": 3, "scheme": "ampa", "itv_epochs": 1, "alpha": 34, "beta": 34,
                    "gamma": 67, "first_order": "on"},
}
FILES = {"transformer": {"network.json": transformer.tiny()}}

# Networks of the families that docs/training.md covers, on random images of 32 x 32: minutes each.
FAMILIES = ["resnet8", "vgg16-quarter", "mobilenetv2-small", "resnet18-quarter", "vit-tiny"]


def family(network):
    numbers = np.random.default_rng(1)
    files = {part + ".npz": {"images": numbers.integers(0, 256, (count, 32, 32, 3), np.uint8), "labels": np.arange(count)}
             for part, count in (("train", 10), ("test", 1))}
    return {"dataset": "npy", "data_dir": "{folder}", "network": network, "batch_size": 5, "epochs": 3, "scheme": "ampa",
            "itv_epochs": 1, "alpha": 30, "beta": 40, "gamma": 50}, files


def main(binary, folder, *names):
    random_bits.check()
    if names[:1] == ("--random",):
        first, count = int(names[1]), int(names[2])
        runs = {"random %d" % i: random_settings.settings(i) for i in range(first, first + count)}
    elif names == ("--families",):
        runs = {name: family(name) for name in FAMILIES}
    else:
        runs = {name: (RUNS[name], FILES.get(name, {})) for name in names or RUNS}
    failures = 0
    for name, (settings, files) in runs.items():
        begin = time.time()
        difference = comparison.compare(binary, Path(folder) / name.replace(" ", "-"), settings, files)
        failures += difference is not None
        print("%s: %s (%.1f s)" % (name, difference or "equal", time.time() - begin), flush=True)
        if difference:
            print("    " + " ".join(comparison.run_settings.flags(settings)), flush=True)
    print("%d of %d runs equal" % (len(runs) - failures, len(runs)))
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
