#!/usr/bin/python3
"""What study_samplers measures, of Optuna's NSGA-II and TPE (package python3-optuna) on the same table:

    tests/bench/study/optuna_samplers.py [--repetitions 20] [--most 324] [--samplers nsga2 tpe]

A setting that a sampler asks for again is answered from the table and not counted."""
import argparse
import csv
import json
import pathlib
import statistics
import time
import warnings

import optuna
from optuna._hypervolume import wfg
from optuna.samplers._tpe import sampler as tpe

HERE = pathlib.Path(__file__).resolve().parent


def text_of(value):
    return "-".join(map(text_of, value)) if isinstance(value, list) else str(value)


def read_table():
    """The space, and of each setting the mean accuracy and RR of its seeds."""
    space = json.loads((HERE / "settings_table.json").read_text())["space"]
    rows = {}
    with open(HERE / "settings_table.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["scheme"] != "ampa":
                continue
            key = tuple(row[name] for name in space)
            rows.setdefault(key, []).append((float(row["accuracy"].split(" ")[-1]), float(row["rr"])))
    return space, {key: tuple(map(statistics.fmean, zip(*runs))) for key, runs in rows.items()}


def hypervolume(points, reference):
    """Of two objectives, both the larger the better."""
    area, height = 0.0, reference[1]
    for x, y in sorted(points, reverse=True):
        if y > height:
            area += (x - reference[0]) * (y - height)
            height = y
    return area


def reference_below(points):
    return tuple(min(values) - 0.1 * (max(values) - min(values)) for values in zip(*points))


def split_once(split):
    """TPE splits what it has seen once for each of a trial's settings, always the same; nine tenths of its time. The
    same arguments have the same result."""
    known = {}

    def once(losses, num_below, violations):
        key = (num_below, violations, tuple((step, *values) for step, values in losses))
        if key not in known:
            known.clear()
            known[key] = split(losses, num_below, violations)
        return known[key]

    return once


def area_of_few(points, reference):
    """Optuna's hypervolume of two objectives, the smaller the better, sum for sum: of a handful of points numbers are
    faster than arrays."""
    area, (right, top) = 0.0, reference.tolist()
    for x, y in sorted(points.tolist(), key=lambda point: (point[0], -point[1])):
        if y <= top:
            area += abs((right - x) * (top - y))
            top = y
    return area


def make_tpe_fast():
    """Of Optuna 3.1; other versions are left as they are."""
    if optuna.__version__.startswith("3.1."):
        tpe._split_observation_pairs = split_once(tpe._split_observation_pairs)
        wfg._compute_2d = area_of_few


SAMPLERS = {
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(population_size=24, seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe, multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
}


def curve_of(sampler, space, table, most):
    """Percent of the table's hypervolume after each new setting, and how many were asked for."""
    reference = reference_below(table.values())
    whole = hypervolume(table.values(), reference)
    study = optuna.create_study(directions=["maximize", "maximize"], sampler=sampler)
    seen, curve, asked = {}, [], 0
    while len(curve) < most and not (len(curve) >= 96 and curve[-1] >= 95) and asked < 4 * len(table):
        trial = study.ask()
        asked += 1
        # Numbers by their places, so that an order is known; choices as choices.
        key = tuple(
            text_of(values[trial.suggest_int(name, 0, len(values) - 1)])
            if all(isinstance(value, (int, float)) for value in values)
            else trial.suggest_categorical(name, [text_of(value) for value in values])
            for name, values in space.items())
        study.tell(trial, table[key])
        if key not in seen:
            seen[key] = table[key]
            curve.append(100 * hypervolume(seen.values(), reference) / whole)
    return curve, asked


def words(values, digits):
    """Median, and the range that holds nine in ten."""
    values, out = sorted(values), len(values) // 20
    return (f"{statistics.median(values):.{digits}f} ({values[out]:.{digits}f} to "
            f"{values[len(values) - 1 - out]:.{digits}f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--most", type=int, default=1000, help="settings after which a repetition ends")
    parser.add_argument("--samplers", nargs="+", choices=SAMPLERS, default=list(SAMPLERS))
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    make_tpe_fast()
    warnings.simplefilter("ignore")
    space, table = read_table()
    most = min(options.most, len(table))
    print("| sampler | settings to 95 % | after 12 | after 24 | after 48 | after 96 | s |\n|---|---|---|---|---|---|---|")
    for name in options.samplers:
        begin = time.time()
        curves = [curve_of(SAMPLERS[name](seed), space, table, most)[0] for seed in range(1, options.repetitions + 1)]
        to_95 = [next((i + 1 for i, share in enumerate(curve) if share >= 95), len(curve) + 1) for curve in curves]
        cells = [words([curve[min(count, len(curve)) - 1] for curve in curves], 1) for count in (12, 24, 48, 96)]
        print(f"| Optuna {name} | {words(to_95, 0)} | {' | '.join(cells)} | {time.time() - begin:.1f} |", flush=True)


if __name__ == "__main__":
    main()
