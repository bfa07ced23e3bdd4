"""Random numbers by counters: Philox4x32 with 10 rounds (NUMERICS.md, R1 to R8)."""

import numpy as np

# Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011): the multipliers and what the keys grow by.
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)

SHUFFLING, AUGMENTATION, INITIALISATION, SYNTHETIC, PROBES, RANKS = range(0xFFFF0000, 0xFFFF0006)
SECOND_GRADIENT, ACTIVATION, WEIGHT, WEIGHT_GRADIENT, DROPOUT = 0x40000000, 0x50000000, 0x60000000, 0x70000000, 0x80000000


def blocks(seed, step, tensor, block):
    """The four 32-bit words of every block: an array of (blocks, 4)."""
    block = np.asarray(block, np.uint64)
    c = [block & LOW, block >> HALF, np.full_like(block, tensor), np.full_like(block, step)]
    key = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        first, second = MULTIPLIERS[0] * c[0], MULTIPLIERS[1] * c[2]
        c = [(second >> HALF) ^ c[1] ^ np.uint64(key[0]), second & LOW, (first >> HALF) ^ c[3] ^ np.uint64(key[1]), first & LOW]
        key = [(k + s) & 0xFFFFFFFF for k, s in zip(key, KEY_STEPS)]
    return np.stack(c, axis=-1)


def bits32(seed, step, tensor, index):
    """R4: word i mod 4 of block i / 4."""
    index = np.asarray(index, np.uint64)
    words = blocks(seed, step, tensor, index // np.uint64(4))
    return np.take_along_axis(words, (index % np.uint64(4)).astype(np.int64)[..., None], -1)[..., 0]


def bits16(seed, step, tensor, index):
    """R3: of block e / 8 word (e / 2) mod 4, the low half if e is even."""
    index = np.asarray(index, np.uint64)
    words = bits32(seed, step, tensor, index // np.uint64(2))
    return np.where(index % np.uint64(2) == 0, words & np.uint64(0xFFFF), words >> np.uint64(16)).astype(np.int64)


def check():
    """The known answers that are published with the generator."""
    answers = {(0, 0, 0, 0): "6627e8d5e169c58dbc57ac4c9b00dbd8",
               (2**64 - 1, 2**32 - 1, 2**32 - 1, 2**64 - 1): "408f276d41c83b0ea20bc7c66d5451fd",
               (0x299F31D0A4093822, 0x03707344, 0x13198A2E, 0x85A308D3243F6A88): "d16cfe0994fdcceb5001e42024126ea1"}
    for (seed, step, tensor, block), words in answers.items():
        found = "".join("%08x" % w for w in blocks(seed, step, tensor, [block])[0].tolist())
        if found != words:
            raise AssertionError("Philox: expected %s, found %s" % (words, found))
