"""One run by the binary and one by this implementation, compared bit for bit."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np

import results
import settings as run_settings
from training import Run

NETWORKS = Path(__file__).resolve().parents[3] / "models" / "networks"


def train(binary, folder, given, *more):
    command = [str(binary), "train", "--threads", "1", "--out", str(folder), *run_settings.flags(given), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and not (done.returncode == 1 and "the run diverged" in done.stderr):
        raise RuntimeError("%s\n%s" % (" ".join(command), done.stderr.strip()))


def first_difference(ours, theirs):
    """The first tensor that differs, or None."""
    for (name, kind, values), (their_name, their_kind, expected) in zip(ours, theirs):
        if (name, kind, values.size) != (their_name, their_kind, expected.size):
            return "%s (%s, %d values): the binary has %s (%s, %d)" % (name, kind, values.size, their_name, their_kind, expected.size)
        different = np.flatnonzero(values.view(np.uint32) != expected.view(np.uint32))
        if different.size:
            i = different[0]
            return "%s (%s): %d of %d values differ, the first is %d: %r, the binary has %r" % (
                name, kind, different.size, values.size, i, float(values[i]), float(expected[i]))
    return None if len(ours) == len(theirs) else "%d tensors, the binary has %d" % (len(ours), len(theirs))


def compare(binary, folder, given, files=None):
    """The first difference as a text, or None. files are what the settings name by {folder}: descriptions, and arrays."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in (files or {}).items():
        if name.endswith(".json"):
            (folder / name).write_text(json.dumps(content))
        else:
            np.savez(folder / name, **content)
    given = {key: value.format(folder=folder) if isinstance(value, str) else value for key, value in given.items()}
    try:
        train(binary, folder / "run", given)
    except RuntimeError as error:
        return "the binary refuses %s" % error
    record = json.loads((folder / "run" / "record.json").read_text())["results"]
    network = given["network"] if given["network"].endswith(".json") else NETWORKS / (given["network"] + ".json")
    run, snapshots = Run(network, run_settings.complete(given)), []
    epochs = run.epochs()
    for expected in record["epochs"]:
        figures, tensors = next(epochs)
        snapshots.append(tensors)
        for key, value in figures.items():
            if value != expected[key]:
                return "epoch %d: %s is %s, the binary has %s%s" % (
                    len(snapshots) - 1, key, value, expected[key], at_first_epoch(binary, folder, given, snapshots))
    if record["status"] != "completed":
        if record["status"] == "diverged" and diverges(epochs):
            return None
        return "after %d epochs the binary says %s: %s" % (len(snapshots), record["status"], record["status_reason"])
    if first_difference(snapshots[-1], results.checkpoint(folder / "run" / "checkpoint.bin")):
        return at_first_epoch(binary, folder, given, snapshots)
    totals = run.totals([epoch["bitops_per_image"] for epoch in record["epochs"]])
    totals["tensor_digest"] = results.digest(snapshots[-1])
    for key, value in totals.items():
        if value != record[key]:
            return "%s is %s, the binary has %s" % (key, value, record[key])
    return None


def diverges(epochs):
    """Whether the next epoch has numbers that are not finite."""
    with np.errstate(all="ignore"):
        try:
            figures, tensors = next(epochs)
        except (ValueError, OverflowError):
            return True
    return not np.isfinite([figures["train_loss"], *(total for _, _, values in tensors for total in values)]).all()


def at_first_epoch(binary, folder, given, snapshots):
    """Where tensors differ first: the binary pauses after every epoch."""
    for epoch, tensors in enumerate(snapshots):
        train(binary, folder / "paused", given, "--until-epoch", str(epoch + 1), *(["--resume"] if epoch else []))
        difference = first_difference(tensors, results.checkpoint(folder / "paused" / "checkpoint.bin"))
        if difference:
            return "; after epoch %d %s" % (epoch, difference)
    return ""
