#!/usr/bin/python3
"""What the values of a dimension of a study do, against one of them: differences paired over the settings that are alike but for it.

    scripts/study_contrasts.py DIR/trials.csv alpha,beta,gamma=10,20,30 itv=0.05 thr=3

For each dimension (or several that go together) the value after `=` is the reference. A pair is two settings of the search, each the
mean over its seeds; figures are the study's metric on held-out samples, the training loss and RR. Prints a row a value: pairs, mean
difference with its 95 % interval (t over pairs), and p (two-sided t test, Holm's correction over all rows of the figure).
"""
import csv
import sys

from scipy import stats

FIGURES = {"objective.metric": "metric", "train_loss": "training loss", "bitops_reduction_percent": "RR %"}
DIMENSIONS = ("alpha", "beta", "gamma", "itv", "thr", "ladder")


def plain(value):
    """10.0 as 10, inf as it is."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return value


def settings_of(path):
    """{dimensions: [mean over the seeds of each figure]} of the settings that were searched and ended."""
    runs = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            if row["stage"] == "search" and row["status"] == "completed":
                key = tuple((name, plain(row["space." + name])) for name in DIMENSIONS if "space." + name in row)
                runs.setdefault(key, {})[row["seed"]] = [float(row[name]) for name in FIGURES]
    return {key: [sum(column) / len(column) for column in zip(*seeds.values())] for key, seeds in runs.items()}


def contrasts(settings, names, reference):
    """Differences against the reference of settings that are alike in all other dimensions, {value: [pair, ..]}. Pairs whose two settings
    ran as those of another pair did (a threshold that never acted) are that pair, and count once."""
    split = {}
    for key, figures in settings.items():
        value = ",".join(dict(key)[name] for name in names)
        rest = tuple(item for item in key if item[0] not in names)
        split.setdefault(rest, {})[value] = figures
    pairs = {}
    for values in split.values():
        if reference in values:
            for value, figures in values.items():
                if value != reference:
                    pairs.setdefault(value, {})[tuple(figures), tuple(values[reference])] = [x - y for x, y in zip(figures, values[reference])]
    return {value: list(found.values()) for value, found in pairs.items()}


def p_of(differences):
    """Two-sided t test of a mean of 0; of differences without any spread 0, or 1 if they are 0."""
    if len(set(differences)) > 1:
        return stats.ttest_1samp(differences, 0).pvalue
    return 0.0 if differences[0] else 1.0


def holm(p):
    largest, adjusted = 0.0, [0.0] * len(p)
    for rank, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        largest = max(largest, p[index] * (len(p) - rank))
        adjusted[index] = min(1.0, largest)
    return adjusted


def main(path, *asked):
    settings = settings_of(path)
    rows = []
    for dimension in asked:
        names, reference = dimension.split("=")
        pairs = contrasts(settings, names.split(","), reference)
        if not pairs:
            sys.exit(f"{path}: {names}: expected settings that differ in it from {reference}, found none")
        rows += [(names, value, reference, differences) for value, differences in sorted(pairs.items()) if len(differences) > 1]
    print("| dimension | value | against | pairs | " + " | ".join(FIGURES.values()) + " |")
    print("|---" * (4 + len(FIGURES)) + "|")
    cells = []
    for figure in range(len(FIGURES)):
        columns = [[pair[figure] for pair in row[3]] for row in rows]
        p = holm([p_of(column) for column in columns])
        digits = 4 if list(FIGURES)[figure] == "train_loss" else 2
        cells.append([])
        for column, value in zip(columns, p):
            half = stats.t.ppf(0.975, len(column) - 1) * stats.sem(column)
            cells[-1].append(f"{sum(column) / len(column):+.{digits}f} ± {half:.{digits}f}, p {value:.2g}")
    for row, *figures in zip(rows, *cells):
        print(f"| {row[0]} | {row[1]} | {row[2]} | {len(row[3])} | " + " | ".join(figures) + " |")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
