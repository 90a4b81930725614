"""Reads one recording with one peer, as often as asked: prints one JSON line.
Usage: decode_peers.py PEER FILE N, or decode_peers.py write COLUMNS WIDTH HEIGHT"""
import gc
import json
import re
import sys
import time
from importlib.metadata import version

import numpy as np

peer, path = sys.argv[1:3]
names = ("t", "x", "y", "p")


def write(width, height):
    """COLUMNS.lz4.aedat4 and COLUMNS.zstd.aedat4 from the columns, in packets of 10,000 events."""
    import dv_processing as dv

    t, x, y, p = (np.fromfile(f"{path}.{name}", kind) for name, kind in zip(names, ("i8", "u2", "u2", "u1")))
    for compression in ["LZ4", "ZSTD"]:
        config = dv.io.MonoCameraWriter.Config("camera", getattr(dv.CompressionType, compression))
        config.addEventStream((width, height))
        writer = dv.io.MonoCameraWriter(f"{path}.{compression.lower()}.aedat4", config)
        for start in range(0, len(t), 10_000):
            store = dv.EventStore()
            for event in zip(*(column[start : start + 10_000].tolist() for column in (t, x, y, p))):
                store.push_back(event[0], event[1], event[2], bool(event[3]))
            writer.writeEvents(store)


def stacked(batches, fields):
    whole = np.concatenate(list(batches))
    return tuple(whole[name] for name in fields)


def expelliarmus():
    from expelliarmus import Wizard

    encoding = "dat" if path.endswith("dat") else re.search(r"(evt\d)\.raw$", path)[1]
    events = Wizard(encoding=encoding).read(path)
    return tuple(events[name] for name in names)


def evt3():
    import evt3

    events = evt3.decode_file(path)
    return events.timestamp, events.x, events.y, events.polarity


def eventcv():
    import eventcv

    events = eventcv.load(path).numpy()
    if isinstance(events, np.ndarray) and events.dtype.names is None:
        return tuple(events[:, i] for i in (2, 0, 1, 3))
    return tuple(events[name] for name in names)


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


def h5py():
    import h5py

    with h5py.File(path) as file:
        events = file["CD/events"][:]
    return tuple(np.ascontiguousarray(events[name]) for name in names)


def numpy():
    with np.load(path) as arrays:
        return tuple(arrays[name] for name in names)


def polars():
    import polars

    if path.endswith(".parquet"):
        table = polars.read_parquet(path, columns=list(names))
    else:
        table = polars.read_csv(path, comment_prefix="#").rename({"t_us": "t"})
    return tuple(table[name].to_numpy() for name in names)


def pyarrow():
    import pyarrow.ipc

    with pyarrow.memory_map(path) as file:
        table = pyarrow.ipc.open_file(file).read_all()
    return tuple(table[name].combine_chunks().to_numpy(zero_copy_only=False).copy() for name in names)


if peer == "write":
    write(int(sys.argv[3]), int(sys.argv[4]))
    sys.exit()
read = globals()[peer]
columns = read()  # imports, compilation, page cache
sums = [int(np.asarray(column).astype(np.int64).sum()) for column in columns]
count = len(columns[0])
wall, cpu = [], []
for _ in range(int(sys.argv[3])):
    del columns
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    columns = read()
    wall.append((time.perf_counter() - start) * 1000)
    cpu.append((time.process_time() - start_cpu) * 1000)
# Not getrusage: there a process starts with the peak of the one that started it.
peak = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) * 1024
print(json.dumps({"version": version(peer.replace("_", "-")), "events": count, "sums": sums, "wall": wall, "cpu": cpu, "peak": peak}))
