#!/usr/bin/env python3
"""Make a PMTiles (version 3) of an MBTiles, as the specification says, with leaf directories and runs:
pmtiles.py IN.mbtiles OUT.pmtiles [none|gzip]     how directories and tiles are packed

Written for the tests from https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md; what it writes is read back by
the npm part pmtiles, which is not ours."""
import gzip
import json
import sqlite3
import struct
import sys

LEAF = 16  # entries: small, so that a small file has several leaves


def number(z, x, y):
    """Place of a tile along the curve: rotations written out, other than in the program under test."""
    base = sum(4 ** i for i in range(z))
    n, d = 1 << z, 0
    s = n >> 1
    while s:
        rx, ry = int(x & s > 0), int(y & s > 0)
        d += s * s * ((3 * rx) ^ ry)
        if ry == 0:
            if rx == 1:
                x, y = n - 1 - x, n - 1 - y
            x, y = y, x
        s >>= 1
    return base + d


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def directory(entries, pack):
    out = varint(len(entries))
    last = 0
    for e in entries:
        out += varint(e[0] - last)
        last = e[0]
    for column in (1, 2):
        for e in entries:
            out += varint(e[column])
    for i, e in enumerate(entries):
        follows = i and e[3] == entries[i - 1][3] + entries[i - 1][2]
        out += varint(0 if follows else e[3] + 1)
    return pack(out)


def main(source, target, how="gzip"):
    db = sqlite3.connect(source)
    about = dict(db.execute("SELECT name, value FROM metadata"))
    pack = (lambda b: gzip.compress(b, mtime=0)) if how == "gzip" else bytes
    tiles = {}
    for z, x, row, data in db.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"):
        data = bytes(data)
        if how == "none" and data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        tiles[number(z, x, (1 << z) - 1 - row)] = data
    blob, places, entries = bytearray(), {}, []
    for key in sorted(tiles):
        data = tiles[key]
        if data not in places:
            places[data] = len(blob)
            blob += data
        last = entries[-1] if entries else None
        if last and last[0] + last[1] == key and last[3] == places[data] and last[2] == len(data):
            last[1] += 1
        else:
            entries.append([key, 1, len(data), places[data]])
    leaves, root = b"", entries
    if len(entries) > LEAF:
        root = []
        for at in range(0, len(entries), LEAF):
            leaf = directory(entries[at:at + LEAF], pack)
            root.append([entries[at][0], 0, len(leaf), len(leaves)])
            leaves += leaf
    root = directory(root, pack)
    extra = json.loads(about.get("json", "{}"))
    metadata = pack(json.dumps({"name": about.get("name", ""), "attribution": about.get("attribution", ""), **extra}).encode())
    kinds = {"pbf": 1, "png": 2, "jpg": 3, "webp": 4}
    west, south, east, north = (int(float(v) * 1e7) for v in about.get("bounds", "-180,-85,180,85").split(","))
    zooms = [row[0] for row in db.execute("SELECT DISTINCT zoom_level FROM tiles")]
    at, parts = 127, []
    for part in (root, metadata, leaves, bytes(blob)):
        parts += [at, len(part)]
        at += len(part)
    packed = 2 if how == "gzip" else 1
    tiles_packed = 2 if how == "gzip" and about["format"] == "pbf" else 1
    head = b"PMTiles\x03" + struct.pack("<8Q3Q", *parts, len(tiles), len(entries), len(places)) + bytes(
        [1, packed, tiles_packed, kinds[about["format"]], min(zooms), max(zooms)])
    head += struct.pack("<4i", west, south, east, north) + bytes([min(zooms)]) + struct.pack("<2i", (west + east) // 2, (south + north) // 2)
    assert len(head) == 127, len(head)
    with open(target, "wb") as f:
        f.write(head + root + metadata + leaves + bytes(blob))
    print(len(tiles))


main(*sys.argv[1:])
