#!/usr/bin/env python3
"""Writes settings_table.csv from the finished study of settings_table.json:

    tests/bench/study/shrink_images.py fashion14
    ampa study tests/bench/study/settings_table.json --out table --workers 1 --threads 1
    tests/bench/study/settings_table.py table > tests/bench/study/settings_table.csv

A line a run: scheme, the space's settings (empty for a baseline), seed, accuracy on the test set, RR, cycles, then of
all epochs the accuracy on the samples held out, and the widths of weights, activations and gradients, layer by layer,
equal ones in a row as WIDTHS*COUNT."""
import itertools
import json
import pathlib
import sys


def text_of(value):
    if isinstance(value, list):
        return "-".join(text_of(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def runs_of(values):
    for value, equal in itertools.groupby(values):
        count = len(list(equal))
        yield f"{value}*{count}" if count > 1 else str(value)


def main():
    folder = pathlib.Path(sys.argv[1])
    study = json.loads((folder / "study.json").read_text())
    keys = list(study["config"]["space"])
    print(",".join(["scheme", *keys, "seed", "test_accuracy", "rr", "cycles", "accuracy", "widths"]))
    for trial in study["results"]["trials"]:
        record = json.loads((folder / "trials" / trial["id"] / "record.json").read_text())
        config, results = record["config"], record["results"]
        assert results["status"] == "completed", trial["id"]
        epochs = results["epochs"]
        acts = config["scheme"] == study["config"]["base"]["scheme"]
        print(",".join([
            config["scheme"], *(text_of(config[key]) if acts else "" for key in keys), str(config["seed"]),
            text_of(epochs[-1]["test_metric"]), repr(results["bitops_reduction_percent"]),
            str(trial["cycles"][0]["total"]["total_cycles"]),
            " ".join(text_of(epoch["validation_metric"]) for epoch in epochs),
            " ".join(runs_of("".join(map(str, epoch["bits"])) for epoch in epochs))]))


if __name__ == "__main__":
    main()
