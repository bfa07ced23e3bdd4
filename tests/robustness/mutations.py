"""Ways to damage bytes, tables and JSON texts. Each takes a random generator and the bytes, and returns others."""
import json
import re
import struct

NUMBERS = ["0", "-1", "1", "2", "3.5", "1e3", "1e308", "-0.0", "9223372036854775807", "9223372036854775808", "1e400",
           "4294967296", "null", "true", "\"\"", "[]", "{}", "\"inf\"", "\"\\u0000\"", "[1,[2,[3]]]"]


def flip(rng, data):
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1:]


def cut(rng, data):
    return data[:rng.randrange(len(data))]


def insert(rng, data):
    at = rng.randrange(len(data) + 1)
    return data[:at] + bytes(rng.randrange(256) for _ in range(rng.choice([1, 2, 8, 100]))) + data[at:]


def append(rng, data):
    return data + rng.choice([b"\0", b"x", b"\n\n{}", bytes(512), data[:64]])


def repeat(rng, data):
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] + data[b:]


def remove(rng, data):
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:a] + data[min(b, a + 64):]


def word(rng, data):
    if len(data) < 8:
        return flip(rng, data)
    at = rng.randrange(len(data) - 7)
    value = rng.choice([0, 1, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1, (1 << 64) - 1])
    size = rng.choice([1, 4, 8])
    return data[:at] + struct.pack("<Q", value)[:size] + data[at + size:]


def number(rng, data):
    places = list(re.finditer(rb"-?\d+(\.\d+)?([eE][-+]?\d+)?", data))
    if not places:
        return insert(rng, data)
    place = rng.choice(places)
    return data[:place.start()] + rng.choice(NUMBERS).encode() + data[place.end():]


def line(rng, data):
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    kind = rng.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif kind == 2:
        lines[at] = lines[at].replace(b",", rng.choice([b"\t", b";", b",,", b" "]))
    else:
        lines[at] += rng.choice([b",7", b"\x1b[31m", b"\xc3\x28", b"\xa0", b"=cmd|' /C calc'!A0"])
    return b"\n".join(lines)


def _places(value, path=()):
    children = value.items() if isinstance(value, dict) else enumerate(value[:50]) if isinstance(value, list) else ()
    for key, child in children:
        yield path + (key,)
        yield from _places(child, path + (key,))


def json_value(rng, data):
    """Removes, renames, doubles or replaces one value."""
    try:
        value = json.loads(data)
    except ValueError:
        return flip(rng, data)
    places = list(_places(value))
    if not places:
        return flip(rng, data)
    *parents, key = rng.choice(places)
    at = value
    for parent in parents:
        at = at[parent]
    kind = rng.randrange(5)
    is_number = isinstance(at[key], (int, float)) and not isinstance(at[key], bool)
    if kind == 0:
        del at[key]
    elif kind == 1 and isinstance(at, dict):
        at[str(key) + "_"] = at.pop(key)
    elif kind == 1:
        at.append(at[key])
    elif kind == 2 and is_number:
        at[key] = rng.choice([at[key] + 1, at[key] - 1, -at[key], at[key] * 2, at[key] + 0.5, 2**40])
    elif kind == 3 and isinstance(at[key], str):
        at[key] = rng.choice([at[key] + "x", "", at[key][::-1], "a\nb", "\x1b[2J", "../../outside", "\u00e9"])
    else:
        at[key] = json.loads(rng.choice([text for text in NUMBERS if text != "1e400"]))
    return json.dumps(value, indent=1).encode()


BYTES = [flip, flip, cut, insert, append, repeat, remove, word]
TEXT = BYTES + [number, number, line, line]
JSON = TEXT + [json_value] * 6


def damaged(rng, kinds, sound):
    """Bytes that differ from the sound ones by one to four mutations."""
    data = sound
    while data == sound:
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            data = rng.choice(kinds)(rng, data or b"\0")
    return data
