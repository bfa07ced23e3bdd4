"""What the binary kept of a run (docs/checkpoint.md), and the digest of its tensors (docs/training.md, What comes out)."""

import hashlib
import json
import struct

import numpy as np


def digest(tensors):
    total = hashlib.sha256()
    for name, kind, values in tensors:
        for text in (name.encode(), kind.encode()):
            total.update(struct.pack("<Q", len(text)) + text)
        total.update(struct.pack("<Q", values.size) + values.astype("<f4").tobytes())
    return total.hexdigest()


def checkpoint(path):
    """(name, kind, FP32 values) of every tensor of checkpoint.bin."""
    data = path.read_bytes()
    if data[:8] != b"AMPACKPT" or hashlib.sha256(data[76:]).hexdigest().encode() != data[12:76]:
        raise AssertionError("%s: expected a checkpoint, found a damaged one" % path)
    size, = struct.unpack_from("<Q", data, 76)
    header, at, tensors = json.loads(data[84:84 + size]), 84 + size, []
    for tensor in header["tensors"]:
        tensors.append((tensor["name"], tensor["kind"], np.frombuffer(data, "<f4", tensor["size"], at)))
        at += 4 * tensor["size"]
    return tensors
