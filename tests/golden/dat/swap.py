#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swap.py FROM TO - makes of a recording what a machine with the other byte order would have written.
#
# In: a trace.dat of version 6 as -w writes it, little-endian. Out: the same, big-endian: each number of the header, of
# the sub-buffers and of their records. It is how NAME-swapped.dat came of NAME.dat, since no big-endian machine with
# NUMA was to be had; no test runs it. trace-cmd report prints the same of both, and is what it was checked with.
import re
import struct
import sys

data = open(sys.argv[1], "rb").read()
out = bytearray(data)


def number(size, at=None):
    """Swaps a number; without a place, the next one."""
    global pos
    where = pos if at is None else at
    value = int.from_bytes(data[where : where + size], "little")
    out[where : where + size] = value.to_bytes(size, "big")
    if at is None:
        pos += size
    return value


def text(size):
    global pos
    pos += size
    return data[pos - size : pos].decode("latin1")


def string():
    return text(data.index(0, pos) + 1 - pos)


fields = {}  # of an event: places and sizes of its numbers


def read_format(event):
    number_of = int(re.search(r"^ID: (\d+)", event, re.M).group(1))
    found = re.findall(r"field:([^;]*);\s*offset:(\d+);\s*size:(\d+)", event)
    fields[number_of] = [(int(o), int(s)) for name, o, s in found if not re.search(r"char \w+\[", name)]


pos = 10 + 2
out[pos] = 1
assert data[pos] == 0 and data[pos + 1] == 8
pos += 2
page_size = number(4)
for _ in range(2):
    string()
    text(number(8))
for _ in range(number(4)):
    read_format(text(number(8)))
for _ in range(number(4)):
    string()
    for _ in range(number(4)):
        read_format(text(number(8)))
for size in 4, 4, 8:
    text(number(size))
ncpus = number(4)
assert text(10) == "options  \0"
has_clock = False
while (option := number(2)) != 0:
    has_clock |= option == 4
    text(number(4))
assert text(10) == "flyrecord\0"
table = [(number(8), number(8)) for _ in range(ncpus)]
if has_clock:
    text(number(8))
assert text(12) == "mempoltrace\0"
for size in 4, 4, 4, 8, 8, 8, 8, 8:
    number(size)


def swap_record(at, end):
    for offset, size in fields.get(int.from_bytes(data[at : at + 2], "little"), []):
        if size in (2, 4, 8) and at + offset + size <= end:
            number(size, at + offset)


def swap_page(page):
    commit = number(8, page + 8)
    number(8, page)
    at = page + 16
    end = at + (commit & 0xFFFFF)
    if commit & 1 << 30:
        number(8, end)
    while at < end:
        word = int.from_bytes(data[at : at + 4], "little")
        kind, delta = word & 31, word >> 5
        out[at : at + 4] = (kind << 27 | delta).to_bytes(4, "big")
        if kind in (30, 31):
            number(4, at + 4)
            at += 8
        elif kind == 29 or kind == 0:
            if kind == 29 and delta == 0:
                break
            size = number(4, at + 4)
            if kind == 0:
                swap_record(at + 8, at + 4 + size)
            at += 4 + size
        else:
            swap_record(at + 4, at + 4 + kind * 4)
            at += 4 + kind * 4


for offset, size in table:
    for page in range(offset, offset + size, page_size):
        swap_page(page)
open(sys.argv[2], "wb").write(out)
