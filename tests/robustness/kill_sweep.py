#!/usr/bin/env python3
"""Kills and damages sweeps, and compares what they come to with an undisturbed one.

    tests/robustness/kill_sweep.py --program build/dev/ampa --kills 150

Sweeps are started again and again on one folder; each start ends by one of

    coordinator   SIGKILL to the coordinator
    worker        SIGKILL to a worker (the coordinator is killed some time later)
    both          SIGKILL to both
    stopped       SIGSTOP to the workers, then SIGTERM to the coordinator, which must end within 20 s
    full disk     no file may grow beyond a few kB (RLIMIT_FSIZE), then SIGKILL

and between two starts files are cut short, emptied, overwritten, flipped in one bit or removed. When a sweep has come to
its end a last start, undisturbed, must exit with 0, and its results, the records, the checkpoints, the CSV files and the
page must be byte for byte (but for what stands in their context) those of a sweep that nobody disturbed. Then the next
sweep begins, until so many processes have been killed. Prints the counts; exits with 1 at the first difference."""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SWEEP = {
    "schema_version": 1,
    "name": "killed sweep",
    "base": {"network": "tinycnn", "dataset": "synthetic", "epochs": 6, "batch_size": 16, "max_train": 256,
             "max_test": 64, "itv_epochs": 1},
    "grid": {"alpha": [35, 70], "thr": [1, 3]},
    "seeds": [1, 2],
    "points": ["fused-16x16", "fused-4x4"],
    "baselines": ["fp32", "int8"],
}
ENDS = ["coordinator"] * 4 + ["worker"] * 3 + ["both"] * 2 + ["stopped", "full disk"]
DAMAGES = ["cut", "empty", "overwrite", "flip", "remove"]


def without_context(path):
    text = path.read_bytes()
    if path.suffix == ".json":
        content = json.loads(text)
        content.pop("context", None)
        return json.dumps(content).encode()
    if path.suffix == ".html":
        return re.sub(rb"<!--context-->.*?<!--/context-->", b"", text, flags=re.DOTALL)
    return text


def results(folder):
    kept = ["sweep.json", "report.html", "trials.csv", "settings.csv"]
    files = [folder / name for name in kept]
    files += sorted(folder.glob("trials/*/record.json")) + sorted(folder.glob("trials/*/checkpoint.bin"))
    return {str(file.relative_to(folder)): hashlib.sha256(without_context(file)).hexdigest() for file in files}


def children(process):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def send(process, number):
    try:
        os.kill(process, number)
        return True
    except ProcessLookupError:
        return False


class Harness:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.counts = collections.Counter()
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="ampa_kill_", dir=options.folder))
        self.spec = self.root / "SWEEP.json"
        self.spec.write_text(json.dumps(SWEEP))
        self.log = self.root / "output.txt"

    def command(self, folder):
        return [self.options.program, "sweep", str(self.spec), "--out", str(folder), "--workers", "2", "--threads", "1"]

    def fail(self, words):
        print(f"FAILED: {words}; seed {self.options.seed}, see {self.root}")
        sys.exit(1)

    def undisturbed(self, folder):
        with open(self.log, "ab") as log:
            code = subprocess.run(self.command(folder), stdout=log, stderr=log, timeout=600).returncode
        if code != 0:
            self.fail(f"{folder.name}: an undisturbed start exits with {code}")
        return results(folder)

    def start(self, folder, limit):
        def bound():
            if limit:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        log = open(self.log, "ab")
        return subprocess.Popen(self.command(folder), stdout=log, stderr=log, preexec_fn=bound)

    def kill(self, process):
        if send(process, signal.SIGKILL):
            self.counts["processes killed"] += 1

    def disturbed(self, folder):
        """One start; True if it came to its end before it could be disturbed."""
        end = self.random.choice(ENDS)
        process = self.start(folder, self.random.choice([3000, 9000, 30000]) if end == "full disk" else 0)
        time.sleep(self.random.uniform(0.02, self.options.seconds))
        if process.poll() is not None:
            self.counts[f"starts ended by themselves, code {process.returncode}"] += 1
            if process.returncode not in (0, 1) or (process.returncode == 1 and end != "full disk"):
                self.fail(f"{folder.name}: a start exits with {process.returncode}")
            return process.returncode == 0
        workers = children(process.pid)
        self.counts[f"ends: {end}"] += 1
        if end == "stopped":
            for worker in workers:
                send(worker, signal.SIGSTOP)
            send(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.fail(f"{folder.name}: a coordinator of stopped workers does not end")
            return False
        if end in ("worker", "both") and workers:
            self.kill(self.random.choice(workers))
            if end == "worker":
                time.sleep(self.random.uniform(0, 0.3))
        self.kill(process.pid)
        process.wait()
        return False

    @staticmethod
    def is_finished(record):
        try:
            return json.loads(record.read_bytes())["results"]["status"] == "completed"
        except (OSError, ValueError, KeyError):
            return False

    def damage(self, folder):
        files = [file for file in folder.rglob("*") if file.is_file() and file.name != ".ampa.lock"]
        if not files or self.random.random() < 0.4:
            return
        file = self.random.choice(files)
        if file.name == "checkpoint.bin" and self.is_finished(file.parent / "record.json"):
            return  # nothing reads it any more
        kind = self.random.choice(DAMAGES)
        content = bytearray(file.read_bytes())
        if kind == "flip" and file.name == "record.json":
            # Noticed where the sweep had taken note of the whole record.
            log = folder / "trials.jsonl"
            if not log.exists() or hashlib.sha256(content).hexdigest() not in log.read_text(errors="replace"):
                kind = "cut"
        if kind == "remove":
            file.unlink()
        elif kind == "overwrite":
            file.write_bytes(self.random.randbytes(self.random.randrange(1, 5000)))
        elif kind == "flip" and content:
            content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
            file.write_bytes(content)
        else:
            file.write_bytes(content[: self.random.randrange(len(content)) if content and kind == "cut" else 0])
        self.counts[f"damaged: {kind}"] += 1

    def run(self):
        begin = time.time()
        expected = self.undisturbed(self.root / "undisturbed")
        while self.counts["processes killed"] < self.options.kills:
            folder = self.root / f"sweep{self.counts['sweeps']}"
            while not self.disturbed(folder) and self.counts["processes killed"] < self.options.kills:
                if self.options.damage:
                    self.damage(folder)
            found = self.undisturbed(folder)
            differing = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
            if differing:
                self.fail(f"{folder.name}: differs from the undisturbed sweep in {', '.join(differing)}")
            left = [str(file) for file in folder.rglob("*.tmp")] + [str(file) for file in folder.glob(".ampa.lock*")]
            if left:
                self.fail(f"{folder.name}: files are left behind: {', '.join(left)}")
            self.counts["sweeps"] += 1
            self.counts["files compared"] += len(expected)
            shutil.rmtree(folder)
        for name in sorted(self.counts):
            print(f"{self.counts[name]:6} {name}")
        print(f"no result lost or changed; seed {self.options.seed}, {time.time() - begin:.0f} s")
        shutil.rmtree(self.root)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the ampa command")
    parser.add_argument("--kills", type=int, default=150, help="processes to kill in all")
    parser.add_argument("--seconds", type=float, default=2.0, help="longest time of a start before it is disturbed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where to work (default: the system's temporary folder)")
    parser.add_argument("--no-damage", dest="damage", action="store_false", help="kill only")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    Harness(options).run()


if __name__ == "__main__":
    main()
