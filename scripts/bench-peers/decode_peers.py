"""Reads one recording with one peer, as often as asked: prints one JSON line. Usage: decode_peers.py PEER FORMAT FILE N"""
import gc
import json
import re
import sys
import time
from importlib.metadata import version

import numpy as np

peer, file_format, path, repeat = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def expelliarmus():
    from expelliarmus import Wizard

    events = Wizard(encoding=file_format).read(path)
    return events["t"], events["x"], events["y"], events["p"]


def evt3():
    import evt3

    events = evt3.decode_file(path)
    return events.timestamp, events.x, events.y, events.polarity


def evutils():
    from evutils.io import EventReader

    with EventReader(path) as reader:
        events = reader.read_all()
    return events.t, events.x, events.y, events.p


read = {"expelliarmus": expelliarmus, "evt3": evt3, "evutils": evutils}[peer]
columns = read()  # imports, compilation, page cache
sums = [int(column.astype(np.int64).sum()) for column in columns]
count = len(columns[0])
wall, cpu = [], []
for _ in range(repeat):
    del columns
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    columns = read()
    wall.append((time.perf_counter() - start) * 1000)
    cpu.append((time.process_time() - start_cpu) * 1000)
# Not getrusage: there a process starts with the peak of the one that started it.
peak = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) * 1024
print(json.dumps({"version": version(peer), "events": count, "sums": sums, "wall": wall, "cpu": cpu, "peak": peak}))
