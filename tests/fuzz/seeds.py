#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: files of the repository, and small ones of the binary formats.

    tests/fuzz/seeds.py FOLDER     makes FOLDER/TARGET/... for every target
"""
import base64
import gzip
import io
import json
import pathlib
import struct
import sys
import zipfile
import zlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def idx_images(count, side):
    return struct.pack(">IIII", 0x803, count, side, side) + bytes(range(count * side * side))


def idx_labels(count):
    return struct.pack(">II", 0x801, count) + bytes(i % 10 for i in range(count))


def files(*parts):
    """One input of several files: a 32-bit little-endian size before each."""
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def npy(descr, shape, data):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)
    header += " " * ((64 - (11 + len(header)) % 64) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def npz(method, **arrays):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, array in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), array, method)
    return file.getvalue()


def png(width, height, colour, depth, rows):
    """`colour`: 0 grey, 2 RGB, 6 RGB and transparency."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + chunk(b"IEND", b""))


# 6 x 5 pixels: RGB with halved chroma, and grey, progressive.
JPEGS = [base64.b64decode(text) for text in (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4"
    "x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAF"
    "AAYDASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EAB8QAAEDAwUAAAAAAAAAAAAAAAADBBEBAhMFEkJRYf/EABUBAQEAAAAAAAAAAA"
    "AAAAAAAAAC/8QAFhEBAQEAAAAAAAAAAAAAAAAAAQAC/9oADAMBAAIRAxEAPwAso30NBvDbPmpdy2xEeV7AAcjTf//Z",
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4"
    "x9lnN+gXz/wgALCAAFAAYBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAAAAF//8QAFhABAQEAAAAAAAAAAAAAAAAAAgAD/9oACAEB"
    "AAEFAjib/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAGPwJ//8QAFRABAQAAAAAAAAAAAAAAAAAAABH/2gAIAQEAAT8hif/aAAgBAQAAAB"
    "D/AP/EABYQAAMAAAAAAAAAAAAAAAAAAABBof/aAAgBAQABPxBdD//Z")]


def checkpoint_payload():
    tensors = [{"name": "conv1.weight", "kind": "value", "size": 4}, {"name": "conv1.weight", "kind": "velocity", "size": 4}]
    header = json.dumps({"next_step": 4, "allocator": None, "record": {}, "tensors": tensors}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(32)


def safetensors(metadata, *tensors):
    """Of (name, dtype, shape, bytes)."""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, dtype, shape, values in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def small_record():
    epoch = {"epoch": 0, "learning_rate": 0.1, "train_loss": 2.3, "train_accuracy_percent": 10.0, "test_loss": 2.2,
             "test_accuracy_percent": 12.5, "bits": {"w": [8], "a": [8], "g": [8]}, "bitops_per_image": 192000,
             "sensitivities": None}
    conv = {"images": 8, "in_height": 5, "in_width": 5, "in_channels": 4, "out_height": 5, "out_width": 5,
            "out_channels": 10, "kernel_height": 1, "kernel_width": 1, "stride": 1, "padding": 0}
    jobs = [{"layer": "conv2", "pass": "fwd", "m": 200, "n": 10, "k": 4, "conv": conv},
            {"layer": "conv2", "pass": "dgrad", "m": 200, "n": 4, "k": 10, "conv": conv},
            {"layer": "conv2", "pass": "wgrad", "m": 10, "n": 4, "k": 200, "conv": conv}]
    return {"schema_version": 1, "context": {}, "config": {"network": "tinycnn", "scheme": "int8"},
            "results": {"status": "completed", "status_reason": "", "bitops_reduction_percent": 0.0,
                        "checkpoint_sha256": "", "steps_per_epoch": 1,
                        "layers": [{"name": "conv2", "macs": 1000, "num_weights": 40}], "jobs": jobs, "epochs": [epoch]}}


def small_record_2():
    record = small_record()
    record["schema_version"] = 2
    results = record["results"]
    results["metric"] = {"name": "accuracy", "unit": "percent", "larger_is_better": True}
    results["sites"] = [{"layer": "conv2", "operand": kind} for kind in ("weights", "activations", "gradients")]
    for job, sites in zip(results["jobs"], ([1, 0], [2, 0], [2, 1])):
        job["sites"] = sites
    epoch = results["epochs"][0]
    epoch["train_metric"] = epoch.pop("train_accuracy_percent")
    epoch["test_metric"] = epoch.pop("test_accuracy_percent")
    epoch["bits"] = [8, 8, 8]
    return record


SETTINGS = {"network": "resnet8", "dataset": "synthetic", "scheme": "ampa", "alpha": 10, "beta": 20.5, "gamma": 30, "itv": 0.05,
            "thr": "inf", "ladder": [4, 6, 8], "epochs": 20, "batch_size": 64, "max_train": 100, "max_test": 0, "seed": 1,
            "lr": 0.1, "lr_schedule": "step", "lr_milestones": [10, 15], "lr_decay": 0.1, "momentum": 0.9,
            "weight_decay": 1e-4, "augment": "flip-crop"}
CONV = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\nConv1,224,224,7,7,3,64,2,\nConv2DP, 56, 56, 3, 3, 64, 1, 1,\n"
CFG = ("[general]\nrun_name = small\n\n[architecture_presets]\nArrayHeight: 16\nArrayWidth: 16\nIfmapSramSzkB: 64\n"
       "FilterSramSzkB: 64\nOfmapSramSzkB: 64\nDataflow : os\nBandwidth : 10\n\n[run_presets]\nInterfaceBandwidth: CALC\n")
GEMM = "Layer,M,N,K,\nqkv,512,2304,768,\nhead,1,50257,768,\n"
ENERGY = {"schema_version": 1, "source": "made up", "mac_pj": {"8x8": 0.2, "4x8": 0.1, "4x4": 0.05}, "sram_byte_pj": 1.0, "dram_byte_pj": 20.0}


def seeds():
    """(target, name, bytes) of every seed."""
    def text(value):
        return json.dumps(value, indent=2).encode()

    yield "settings", "all.json", text(SETTINGS)
    yield "settings", "comment.json", b"// a comment\n{\"epochs\": 3 /* and one more */}\n"
    for path in sorted((SOURCE / "models/networks").glob("*.json")):
        if path.stat().st_size < 8000:
            yield "network", path.name, path.read_bytes()
    yield "record", "small.json", text(small_record())
    yield "record", "small_2.json", text(small_record_2())
    yield "sweep", "quickstart.json", (SOURCE / "scripts/quickstart.json").read_bytes()
    yield "sweep", "settings.json", (SOURCE / "reports/sample/settings.json").read_bytes()
    summary = json.loads((SOURCE / "reports/sample/sweep.json").read_bytes())
    results = summary["results"]
    results["trials"] = results["trials"][:2]
    results["settings"] = []
    yield "summary", "sample.json", text(summary)
    for name, value in [("ideal", "ideal"), ("latency", "latency=20,bytes_per_cycle=4"),
                        ("gaps", "latency=3,bytes_per_cycle=1/3,gap_period=100,gap=7")]:
        yield "memory", name, value.encode()
    yield "core", "core", b"fused-16x16:a=16K,b=64K,sums=16K,port=16"
    for name in ["fused-16x16", "int8-ws-4x3", "serial-32x64", "fused-3x5-fast"]:
        yield "point", name, name.encode()
    yield "energy", "energy.json", text(ENERGY)
    yield "topology", "conv.csv", CONV.encode()
    yield "topology", "gemm.csv", GEMM.encode()
    yield "topology", "tabs.csv", GEMM.replace(",", "\t").replace("\n", "\r\n").encode()
    yield "scale_sim_config", "small.cfg", CFG.encode()
    images, labels = idx_images(3, 4), idx_labels(3)
    yield "idx", "three", files(images, labels)
    yield "idx_gz", "three", files(gzip.compress(images, mtime=0), gzip.compress(labels, mtime=0))
    image = bytes(range(256)) * 12
    yield "cifar", "three", files(b"".join(bytes([i]) + image for i in range(3)), b"\x07" + image)
    yield "cifar100", "three", files(b"".join(bytes([i, i]) + image for i in range(3)), b"\x07\x09" + image)
    yield "gz", "one", gzip.compress(bytes(100), mtime=0)
    yield "gz", "members", gzip.compress(b"first", mtime=0) + gzip.compress(b"second", mtime=0)
    yield "npy", "bytes", npy("|i1", "(2, 3)", bytes(6))
    yield "npy", "floats", npy("<f4", "(2,)", struct.pack("<ff", 1.5, -2))
    yield "npy", "sums", npy("<i8", "(1, 2)", struct.pack("<qq", 1, -2))
    pixels, labels = npy("|u1", "(3, 2, 2)", bytes(range(12))), npy("<i8", "(3,)", struct.pack("<qqq", 0, 1, 0))
    floats = npy("<f4", "(2, 1, 2, 3)", struct.pack("<12f", *range(12)))
    masks = npy("|u1", "(2, 1, 2)", b"\0\1\2\0")
    yield "npy_source", "classes", files(pixels, labels, pixels, labels)
    yield "npy_source", "masks", files(floats, masks, floats, masks)
    for name, method in [("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)]:
        yield "npz", name, files(*2 * [npz(method, images=pixels, labels=labels)])
    yield "picture", "rgb.png", png(3, 2, 2, 8, [bytes(range(9)), bytes(range(9, 18))])
    yield "picture", "grey16.png", png(2, 2, 0, 16, [bytes(4), b"\xff" * 4])
    yield "picture", "transparent.png", png(2, 1, 6, 8, [bytes(range(8))])
    yield "picture", "rgb.jpg", JPEGS[0]
    yield "picture", "grey.jpg", JPEGS[1]
    text = b" = Title = \n\n the cat sat on the mat .\n the dog <unk> \n\n"
    yield "text", "words", files(text * 3, text)
    yield "trace_index", "index.json", (SOURCE / "traces/tinyresnet_step/index.json").read_bytes()
    yield "checkpoint", "short", checkpoint_payload()
    yield "safetensors", "empty", safetensors({})
    yield "safetensors", "weights", safetensors(
        {"network": "tinycnn"}, ("conv1.weight", "F32", [8, 3, 3, 1], bytes(288)), ("bn1.gamma", "F32", [8], bytes(32)),
        ("conv2.weight.scale", "F32", [1], struct.pack("<f", 0.5)), ("conv2.weight.codes", "I8", [2, 1, 1, 3], bytes(range(6))))
    yield "safetensors", "types", safetensors({}, ("a", "I64", [1], bytes(8)), ("b", "BF16", [], bytes(2)), ("c", "BOOL", [0], b""))


def main(folder):
    for target, name, data in seeds():
        (folder / target).mkdir(parents=True, exist_ok=True)
        (folder / target / name).write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("seeds.py: expected one FOLDER")
    main(pathlib.Path(sys.argv[1]))
