"""Reads one AEDAT4 or Event Stream file with one peer, as often as asked: prints one JSON line.
Usage: packets_peers.py PEER FILE N, or packets_peers.py write COLUMNS WIDTH HEIGHT"""
import gc
import json
import re
import sys
import time
from importlib.metadata import version

import numpy as np

peer, path = sys.argv[1:3]


def write(width, height):
    """COLUMNS.lz4.aedat4 and COLUMNS.zstd.aedat4 from the columns, in packets of 10,000 events."""
    import dv_processing as dv

    t, x, y, p = (np.fromfile(f"{path}.{name}", kind) for name, kind in [("t", "i8"), ("x", "u2"), ("y", "u2"), ("p", "u1")])
    for compression in ["LZ4", "ZSTD"]:
        config = dv.io.MonoCameraWriter.Config("camera", getattr(dv.CompressionType, compression))
        config.addEventStream((width, height))
        writer = dv.io.MonoCameraWriter(f"{path}.{compression.lower()}.aedat4", config)
        for start in range(0, len(t), 10_000):
            store = dv.EventStore()
            for event in zip(*(column[start : start + 10_000].tolist() for column in (t, x, y, p))):
                store.push_back(event[0], event[1], event[2], bool(event[3]))
            writer.writeEvents(store)


def stacked(batches, names):
    whole = np.concatenate(list(batches))
    return tuple(whole[name] for name in names)


def eventcv():
    import eventcv

    events = eventcv.load(path).numpy()
    if isinstance(events, np.ndarray) and events.dtype.names is None:
        return tuple(events[:, i] for i in (2, 0, 1, 3))
    return tuple(events[name] for name in ("t", "x", "y", "p"))


def evutils():
    from evutils.io import EventReader

    with EventReader(path) as reader:
        events = reader.read_all()
    return events.t, events.x, events.y, events.p


def dv_processing():
    import dv_processing as dv

    recording = dv.io.MonoCameraRecording(path)
    batches = []
    while (batch := recording.getNextEventBatch()) is not None:
        batches.append(batch.numpy())
    return stacked(batches, ("timestamp", "x", "y", "polarity"))


def faery():
    import faery

    return stacked(faery.events_stream_from_file(path), ("t", "x", "y", "on" if "on" in faery.EVENTS_DTYPE.names else "p"))


def aedat():
    import aedat

    return stacked((packet["events"] for packet in aedat.Decoder(path) if "events" in packet), ("t", "x", "y", "on"))


def event_stream():
    import event_stream

    with event_stream.Decoder(path) as decoder:
        return stacked(decoder, ("t", "x", "y", "on"))


if peer == "write":
    write(int(sys.argv[3]), int(sys.argv[4]))
    sys.exit()
read = {f.__name__: f for f in (eventcv, evutils, dv_processing, faery, aedat, event_stream)}[peer]
columns = read()  # imports, compilation, page cache
sums = [int(column.astype(np.int64).sum()) for column in columns]
count = len(columns[0])
wall, cpu = [], []
for _ in range(int(sys.argv[3])):
    del columns
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    columns = read()
    wall.append((time.perf_counter() - start) * 1000)
    cpu.append((time.process_time() - start_cpu) * 1000)
peak = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) * 1024
print(json.dumps({"version": version(peer.replace("_", "-")), "events": count, "sums": sums, "wall": wall, "cpu": cpu, "peak": peak}))
