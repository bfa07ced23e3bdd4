"""Sound inputs of every kind that the ampa command reads, and the call that reads each."""
import gzip
import json
import pathlib
import shutil
import struct

from mutations import BYTES, JSON, TEXT

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SMALL = ["--network", "tinycnn", "--dataset", "synthetic", "--batch-size", "8"]
RUN = [*SMALL, "--scheme", "ampa", "--itv-epochs", "1", "--epochs", "3", "--max-train", "32", "--max-test", "16"]
POINT = ["--point", "int8-3x5"]
MEMORY = ["--memory", "latency=20,bytes_per_cycle=4"]


class Kind:
    """A kind of input: the folder that holds sound ones, the files of which one is damaged, how, and the call.

    sealed(damaged, sound) tells whether damage may be accepted where a checksum or digest stands over the file; None: nothing
    does. outputs are not there after a refusal.
    """

    def __init__(self, name, folder, files, mutations, call, sealed=None, outputs=()):
        self.name, self.folder, self.files, self.mutations, self.call = name, folder, files, mutations, call
        self.sealed, self.outputs = sealed, outputs


def never(_damaged, _sound):
    return False


def same_json(damaged, sound):
    try:
        return json.loads(damaged) == json.loads(sound)
    except ValueError:
        return False


def same_but_context(damaged, sound):
    """A record's digest stands over its settings and results, not over when and where it was made."""
    try:
        values = [json.loads(text) for text in (damaged, sound)]
        for value in values:
            value.pop("context")
        return values[0] == values[1]
    except (ValueError, KeyError, AttributeError):
        return False


def same_gzip(damaged, sound):
    """Bytes of a member's header that mean nothing (time, system, name) may change."""
    try:
        return gzip.decompress(damaged) == gzip.decompress(sound)
    except Exception:  # Python's reader fails in many ways; ampa's answer is then judged as for any damage
        return False


def write_idx(folder, suffix, pack):
    images = struct.pack(">IIII", 0x803, 40, 28, 28) + bytes(i * 7 % 256 for i in range(40 * 28 * 28))
    labels = struct.pack(">II", 0x801, 40) + bytes(i % 10 for i in range(40))
    folder.mkdir()
    for part in ["train", "t10k"]:
        (folder / f"{part}-images-idx3-ubyte{suffix}").write_bytes(pack(images))
        (folder / f"{part}-labels-idx1-ubyte{suffix}").write_bytes(pack(labels))


def make(run, folder):
    """Writes all of them. run(arguments) runs the command in the folder and ends the program if it fails."""
    run(["train", *RUN, "--out", "run"])
    run(["trace", "record", *SMALL, "--scheme", "int4", "--epochs", "1", "--max-train", "8", "--max-test", "8", "--out", "trace/step"])
    base = {"network": "tinycnn", "dataset": "synthetic", "epochs": 1, "batch_size": 8, "max_train": 16, "max_test": 16}
    sweep = {"schema_version": 1, "name": "small", "base": base, "list": [{"scheme": "int4"}, {"scheme": "int6"}], "seeds": [1, 2],
             "baselines": ["int8"]}
    (folder / "sweep").mkdir()
    (folder / "sweep/sweep_file.json").write_text(json.dumps(sweep, indent=1))
    run(["sweep", "sweep/sweep_file.json", "--out", "sweep/out", "--workers", "1"])
    # One that never starts, whatever it asks for: its data are not there.
    absent = {**sweep, "base": {**base, "dataset": "fashion-mnist", "data_dir": "absent"}}
    (folder / "absent").mkdir()
    (folder / "absent/sweep.json").write_text(json.dumps(absent, indent=1))
    settings = json.loads((folder / "run/record.json").read_text())["config"]
    (folder / "config").mkdir()
    acting = ["network", "dataset", "scheme", "alpha", "beta", "gamma", "itv", "thr", "ladder", "epochs", "batch_size", "max_train",
              "max_test", "seed", "lr", "lr_schedule", "optimizer", "momentum", "weight_decay", "objective", "clipping", "augment"]
    (folder / "config/settings.json").write_text(
        json.dumps({key: settings[key] for key in acting if settings[key] is not None}, indent=1))
    (folder / "network").mkdir()
    shutil.copy(SOURCE / "models/networks/tinyresnet.json", folder / "network/net.json")
    (folder / "topology").mkdir()
    (folder / "topology/conv.csv").write_text(
        "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
        "Conv1,32,32,3,3,3,16,1,\nConv2,16,16,3,3,16,32,2,\nFC,1,1,1,1,64,10,1,\n")
    (folder / "topology/gemm.csv").write_text("Layer,M,N,K,\nqkv,32,96,64,\nout,32,64,32,\n")
    (folder / "topology/scale.cfg").write_text(
        "[general]\nrun_name = small\n\n[architecture_presets]\nArrayHeight: 16\nArrayWidth: 16\nIfmapSramSzkB: 64\n"
        "FilterSramSzkB: 64\nOfmapSramSzkB: 64\nDataflow : os\nBandwidth : 10\n")
    costs = {f"{a}x{b}": 0.01 * a * b for a in range(2, 9) for b in range(a, 9)}
    shutil.copytree(folder / "run", folder / "energy/run")
    (folder / "energy/energy.json").write_text(
        json.dumps({"schema_version": 1, "source": "made up", "mac_pj": costs, "sram_byte_pj": 1, "dram_byte_pj": 20}, indent=1))
    (folder / "weights").mkdir()
    run(["export", "--run", "run", "--out", "weights/w.safetensors"])
    write_idx(folder / "idx", "", bytes)
    write_idx(folder / "gz", ".gz", lambda data: gzip.compress(data, mtime=0))
    (folder / "cifar").mkdir()
    batch = b"".join(bytes([i % 10]) + bytes((i + j) % 256 for j in range(3072)) for i in range(10))
    for name in ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]:
        (folder / "cifar" / f"{name}.bin").write_bytes(batch)


def kinds(folder):
    """Of the folder that make() filled."""
    few = ["--epochs", "1", "--batch-size", "8", "--max-train", "16", "--max-test", "8", "--out", "new"]
    settings = ["train", "--config", "settings.json", *SMALL, *few[:2], *few[4:]]
    idx = ["train", "--network", "mlp", "--dataset", "fashion-mnist", "--scheme", "int8", "--data-dir", ".", *few]
    cifar = ["train", "--network", "tinycnn", "--dataset", "cifar10", "--scheme", "int8", "--data-dir", ".", *few]
    simulate = ["simulate", "--record", "record.json", *POINT]
    conv, gemm = ["simulate", "--topology", "conv.csv"], ["simulate", "--topology", "gemm.csv"]
    energy = ["simulate", "--record", "run/record.json", *POINT, *MEMORY, "--energy", "energy.json"]
    tensors = sorted(f"step/{path.name}" for path in (folder / "trace/step").glob("*.npy"))
    trials = sorted(str(path.relative_to(folder / "sweep")) for path in (folder / "sweep/out/trials").glob("*/record.json"))
    images, labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
    return [
        Kind("settings", "config", ["settings.json"], JSON, settings, outputs=["new"]),
        Kind("network", "network", ["net.json"], JSON, ["estimate", "--network", "net.json", "--epochs", "20"]),
        Kind("record (simulate)", "run", ["record.json"], JSON, simulate, same_but_context),
        Kind("record (report)", "run", ["record.json"], JSON, ["report", "."], same_but_context),
        Kind("record of a trial", "sweep", trials, JSON, ["report", "out"], same_but_context),
        Kind("sweep", "absent", ["sweep.json"], JSON, ["sweep", "sweep.json", "--out", "new"], outputs=["new/trials"]),
        Kind("summary", "sweep", ["out/sweep.json"], JSON, ["recommend", "out"]),
        Kind("energy", "energy", ["energy.json"], JSON, energy),
        Kind("topology", "topology", ["conv.csv"], TEXT, [*conv, *POINT, "--csv", "new"], outputs=["new"]),
        Kind("topology, GEMM", "topology", ["gemm.csv"], TEXT, [*gemm, *POINT, *MEMORY]),
        Kind("cfg", "topology", ["scale.cfg"], TEXT, [*conv, "--scale-sim-config", "scale.cfg"]),
        Kind("trace index", "trace", ["step/index.json"], JSON, ["trace", "replay", "step"], never),
        Kind("trace tensor", "trace", tensors, BYTES, ["trace", "replay", "step"], never),
        Kind("checkpoint (evaluate)", "run", ["checkpoint.bin"], BYTES, ["evaluate", "."], never),
        Kind("checkpoint (resume)", "run", ["checkpoint.bin"], BYTES, ["train", *RUN, "--out", ".", "--resume"], never),
        Kind("weights", "weights", ["w.safetensors"], BYTES,
             ["train", *SMALL, "--epochs", "0", "--max-train", "8", "--max-test", "8", "--init", "w.safetensors", "--out", "new"], outputs=["new"]),
        Kind("IDX images", "idx", [images], BYTES, idx, outputs=["new"]),
        Kind("IDX labels", "idx", [labels], BYTES, idx, outputs=["new"]),
        Kind("gz images", "gz", [images + ".gz"], BYTES, idx, same_gzip, outputs=["new"]),
        Kind("gz labels", "gz", [labels + ".gz"], BYTES, idx, same_gzip, outputs=["new"]),
        Kind("CIFAR", "cifar", ["data_batch_1.bin"], BYTES, cifar, outputs=["new"]),
    ]
