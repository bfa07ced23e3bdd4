#!/usr/bin/env python3
"""Kills and damages sweeps, and compares what they come to with an undisturbed one.

    tests/robustness/kill_sweep.py --program build/dev/ampa --kills 150

Sweeps are started again and again on one folder; each start ends by one of

    coordinator   SIGKILL to the coordinator
    worker        SIGKILL to a worker; the coordinator is killed some time later
    worker only   SIGKILL to a worker; the coordinator must end by itself
    both          SIGKILL to both
    stopped       SIGSTOP to the workers, then SIGTERM to the coordinator, which must end within 20 s
    full disk     in every second sweep no file may grow beyond a few kB (RLIMIT_FSIZE); the others lie on a file system
                  of their own, where one can be mounted, that has a few kB left. Then SIGKILL, unless it ended before

and between two starts files are cut short, emptied, overwritten, flipped in one bit or removed. When a sweep has come to
its end a last start, undisturbed, must exit with 0, and its results, the records, the checkpoints, the CSV files and the
page must be byte for byte (but for what stands in their context) those of a sweep that nobody disturbed. A trial that
was finished before a start, its record whole, must not be run again by it. Then the next sweep begins, until so many
processes have been killed. Prints the counts, also where it stops early; exits with 1 at the first difference."""
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
ENDS = ["coordinator"] * 4 + ["worker"] * 2 + ["worker only"] + ["both"] * 2 + ["stopped"] + ["full disk"] * 2
ROOM = 16384  # kB of the file system of a sweep
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


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


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


class Stop(Exception):
    """What was found, in words."""


class Harness:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        names = ["coordinators killed", "workers killed", "coordinators stopped by SIGTERM, their workers by SIGSTOP",
                 "starts with little room (RLIMIT_FSIZE)", "starts with little room (file system)", "starts",
                 "starts that ended by themselves", "sweeps completed", "trials compared", "files compared",
                 "trials lost or changed", "trials repeated needlessly"]
        names += [f"files damaged: {kind}" for kind in DAMAGES]
        self.counts = collections.Counter({name: 0 for name in names})
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="ampa_kill_", dir=options.folder))
        self.spec = self.root / "SWEEP.json"
        self.spec.write_text(json.dumps(SWEEP))
        self.log = self.root / "output.txt"
        self.process = None
        self.mounted = None  # the folder of the present sweep, if it is a file system of its own
        self.damaged_records = set()  # SHA-256
        self.is_log_damaged = False  # of the present sweep

    def num_killed(self):
        return self.counts["coordinators killed"] + self.counts["workers killed"]

    def command(self, folder):
        return [self.options.program, "sweep", str(self.spec), "--out", str(folder), "--workers", "2", "--threads", "1"]

    def mount(self, folder, size, remount=False):
        words = ["mount", "-t", "tmpfs", "-o", f"{'remount,' if remount else ''}size={size}k", "tmpfs", str(folder)]
        return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def unmount(self):
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.mounted)], check=False)
        self.mounted = None

    def make_folder(self, number):
        folder = self.root / f"sweep{number}"
        self.is_log_damaged = False
        if number % 2 == 1:
            folder.mkdir()
            self.mounted = folder if self.mount(folder, ROOM) else None
        return folder

    def finished(self, folder):
        """The trials that need not run again, and when something was last written to their logs."""
        records = [record for record in folder.glob("trials/*/record.json") if self.is_finished(record)]
        logs = [record.with_name("log.txt") for record in records if sha256(record) not in self.damaged_records]
        return {log: log.stat().st_mtime_ns for log in logs if log.exists()}

    def check_repeated(self, finished):
        repeated = [log.parent.name for log, time in finished.items() if log.stat().st_mtime_ns != time]
        self.counts["trials repeated needlessly"] += len(repeated)
        if repeated:
            raise Stop(f"finished trials are run again: {', '.join(repeated)}")

    def undisturbed(self, folder):
        finished = self.finished(folder)
        with open(self.log, "ab") as log:
            log.write(b"-- undisturbed\n")
            log.flush()
            code = subprocess.run(self.command(folder), stdout=log, stderr=log, timeout=600).returncode
        if code != 0:
            raise Stop(f"{folder.name}: an undisturbed start exits with {code}")
        self.check_repeated(finished)
        return results(folder)

    def start(self, folder, words, limit):
        def bound():
            if limit:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        with open(self.log, "ab") as log:
            log.write(f"-- {folder.name}: {words}\n".encode())
            log.flush()
            self.counts["starts"] += 1
            self.process = subprocess.Popen(self.command(folder), stdout=log, stderr=log, preexec_fn=bound)

    def start_with_little_room(self, folder):
        if self.mounted:
            status = os.statvfs(folder)
            used = (status.f_blocks - status.f_bfree) * status.f_frsize // 1024
            if not self.mount(folder, used + self.random.choice([4, 16, 64, 160]), remount=True):
                raise Stop(f"{folder.name}: cannot be mounted again")
            self.counts["starts with little room (file system)"] += 1
            self.start(folder, "little room", 0)
        else:
            self.counts["starts with little room (RLIMIT_FSIZE)"] += 1
            self.start(folder, "little room", self.random.choice([3000, 9000, 30000]))

    def kill(self, process, name):
        if send(process, signal.SIGKILL):
            self.counts[f"{name} killed"] += 1

    def wait(self, folder, seconds, words):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Stop(f"{folder.name}: {words} does not end within {seconds} s")

    def disturbed(self, folder):
        """One start; True if the sweep came to its end."""
        end = self.random.choice(ENDS)
        finished = self.finished(folder)
        if end == "full disk":
            self.start_with_little_room(folder)
        else:
            self.start(folder, end, 0)
        time.sleep(self.options.seconds * self.random.random() ** 2)
        code = self.end(folder, end)
        self.process = None
        if self.mounted and end == "full disk" and not self.mount(folder, ROOM, remount=True):
            raise Stop(f"{folder.name}: cannot be mounted again")
        self.check_repeated(finished)
        return code == 0 and end != "full disk"

    def end(self, folder, end):
        """Ends the start; its exit code if it ended by itself."""
        process = self.process
        if process.poll() is not None:
            self.counts["starts that ended by themselves"] += 1
            if process.returncode not in (0, 1) or (process.returncode == 1 and end != "full disk"):
                raise Stop(f"{folder.name}: a start exits with {process.returncode}")
            return process.returncode
        workers = children(process.pid)
        if end == "stopped":
            for worker in workers:
                send(worker, signal.SIGSTOP)
            send(process.pid, signal.SIGTERM)
            self.wait(folder, 20, "a coordinator of stopped workers")
            self.counts["coordinators stopped by SIGTERM, their workers by SIGSTOP"] += 1
            return None
        if end in ("worker", "worker only", "both") and workers:
            self.kill(self.random.choice(workers), "workers")
            if end == "worker":
                time.sleep(self.random.uniform(0, 0.3))
            if end == "worker only":
                code = self.wait(folder, 120, "a coordinator that lost a worker")
                if code not in (0, 1):
                    raise Stop(f"{folder.name}: a start that lost a worker exits with {code}")
                return code
        if process.poll() is None:
            self.kill(process.pid, "coordinators")
        process.wait()
        return None

    @staticmethod
    def is_finished(record):
        try:
            return json.loads(record.read_bytes())["results"]["status"] == "completed"
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def damage(self, folder):
        files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".ampa.lock"))
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
            noted = log.read_text(errors="replace") if log.exists() and not self.is_log_damaged else ""
            if hashlib.sha256(content).hexdigest() not in noted:
                kind = "cut"
        if file.name == "trials.jsonl":
            self.is_log_damaged = True
        if kind == "remove":
            file.unlink()
        elif kind == "overwrite":
            file.write_bytes(self.random.randbytes(self.random.randrange(1, 5000)))
        elif kind == "flip" and content:
            content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
            file.write_bytes(content)
        else:
            file.write_bytes(content[: self.random.randrange(len(content)) if content and kind == "cut" else 0])
        if file.name == "record.json" and file.exists():
            self.damaged_records.add(sha256(file))
        self.counts[f"files damaged: {kind}"] += 1
        with open(self.log, "a") as log:
            log.write(f"-- {file.relative_to(folder)}: {kind}\n")

    def compare(self, folder, expected):
        found = self.undisturbed(folder)
        differing = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        if differing:
            trials = {name.split("/")[1] for name in differing if name.startswith("trials/")}
            self.counts["trials lost or changed"] += len(trials)
            raise Stop(f"{folder.name}: differs from the undisturbed sweep in {', '.join(differing)}")
        left = [str(file) for file in folder.rglob("*.tmp")] + [str(file) for file in folder.rglob(".ampa.lock*")]
        if left:
            raise Stop(f"{folder.name}: files are left behind: {', '.join(left)}")
        self.counts["sweeps completed"] += 1
        self.counts["files compared"] += len(expected)
        self.counts["trials compared"] += sum(name.endswith("/record.json") for name in expected)

    def sweep_until_killed_enough(self):
        expected = self.undisturbed(self.root / "undisturbed")
        while self.num_killed() < self.options.kills:
            folder = self.make_folder(self.counts["sweeps completed"])
            while not self.disturbed(folder) and self.num_killed() < self.options.kills:
                if self.options.damage:
                    self.damage(folder)
            self.compare(folder, expected)
            self.unmount()
            shutil.rmtree(folder)

    def run(self):
        begin = time.time()
        found = ""
        try:
            self.sweep_until_killed_enough()
        except Stop as stop:
            found = str(stop)
        except (KeyboardInterrupt, subprocess.TimeoutExpired) as stop:
            found = f"stopped: {stop!r}"
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            if self.mounted:
                if found:
                    shutil.copytree(self.mounted, self.root / "kept", symlinks=True)
                self.unmount()
        for name, count in self.counts.items():
            print(f"{count:6} {name}")
        print(f"{self.num_killed()} processes killed, seed {self.options.seed}, {time.time() - begin:.0f} s")
        if found:
            print(f"FAILED: {found}; see {self.root}")
            return 1
        print("no result lost or changed, none computed twice")
        shutil.rmtree(self.root)
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the ampa command")
    parser.add_argument("--kills", type=int, default=150, help="processes to kill in all")
    parser.add_argument("--seconds", type=float, default=1.5, help="longest time of a start before it is disturbed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where to work (default: the system's temporary folder)")
    parser.add_argument("--no-damage", dest="damage", action="store_false", help="kill only")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(Harness(options).run())


if __name__ == "__main__":
    main()
