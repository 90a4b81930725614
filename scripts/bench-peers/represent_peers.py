"""Builds one representation of columns in memory with one peer: one JSON line.
Usage: represent_peers.py PEER KIND COLUMNS WIDTH HEIGHT N"""
import gc
import json
import resource
import sys
import time
from importlib.metadata import version

import numpy as np

peer, kind, columns, width, height, repeat = sys.argv[1:4] + [int(value) for value in sys.argv[4:7]]
t = np.fromfile(f"{columns}.t", np.int64)
x = np.fromfile(f"{columns}.x", np.uint16)
y = np.fromfile(f"{columns}.y", np.uint16)
p = np.fromfile(f"{columns}.p", np.uint8)
span = int(t[-1] - t[0])
tau = 30_000


def tonic():
    import tonic.functional as functional

    events = np.empty(len(t), dtype=[("x", "u2"), ("y", "u2"), ("t", "i8"), ("p", "i1")])
    events["x"], events["y"], events["t"], events["p"] = x, y, t, p
    size = (width, height, 2)
    return {
        "count": lambda: functional.to_frame_numpy(events, size, n_event_bins=1)[0],
        # It changes the polarity of its input in some versions, so that only the first call would be right.
        "voxel tonic": lambda: functional.to_voxel_grid_numpy(events, size, n_time_bins=5)[:, 0],
        "surface": lambda: functional.to_timesurface_numpy(events, size, dt=span + 1, tau=tau)[0],
    }[kind]


def evlib():
    import evlib.representations as representations
    import polars

    frame = polars.DataFrame(
        {"t": polars.Series(t).cast(polars.Duration("us")), "x": x.astype(np.int16), "y": y.astype(np.int16), "polarity": p.astype(np.int8)}
    )

    def count():
        long = representations.create_event_frame(frame.lazy(), height, width, n_time_bins=1)
        return representations.densify_event_frame(long, 1, 2, height, width)[0]

    def voxel():
        long = representations.create_voxel_grid(frame.lazy(), height, width, n_time_bins=5)
        return representations.densify_voxel_grid(long, 5, height, width)[:, 0]

    return {"count": count, "voxel tonic": voxel}[kind]


def eventcv():
    import eventcv

    stream = eventcv.from_numpy(np.stack([x.astype(np.int64), y, t, p], 1), sensor_size=(width, height), time_unit="us")
    return {
        "count": lambda: stream.count().numpy(),
        "voxel e2vid": lambda: stream.voxel(bins=5, window_us=span).numpy(),
        "surface": lambda: stream.tsurf(tau_us=tau).numpy(),
        "average surface": lambda: stream.atsurf(tau_us=tau).numpy(),
        "mcts": lambda: stream.mcts(max_window_ms=50).numpy(),
    }[kind]


def evutils():
    from evutils.dense import histogram, timesurface, tore, voxel_histogram
    from evutils.types import EventArray

    events = EventArray(t, x, y, p)
    return {
        "count": lambda: np.moveaxis(histogram(events, width, height, dtype=np.uint32), 2, 0),
        "voxel bins": lambda: voxel_histogram(events, width, height, n_bins=5, dt=span + 5, dtype=np.uint16),
        "surface": lambda: timesurface(events, width, height, tau=tau),
        "tore": lambda: tore(events, width, height, n_events=4, tau=tau),
    }[kind]


build = {"tonic": tonic, "evlib": evlib, "eventcv": eventcv, "evutils": evutils}[peer]()
wall, cpu = [], []
for i in range(repeat + 1):
    grid = None
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    grid = build()
    times = time.perf_counter() - start, time.process_time() - start_cpu
    if i > 0:  # the first call compiles
        wall.append(times[0] * 1000)
        cpu.append(times[1] * 1000)
weights = 1 + np.arange(width * height) % 7
channels = np.asarray(grid, np.float64).reshape(-1, width * height) if kind != "voxel bins" else np.zeros((1, width * height))
factors = 1 + np.arange(len(channels)) if kind.startswith("voxel") else np.ones(len(channels))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"version": version(peer), "sum": float(factors @ (channels @ weights)), "wall": wall, "cpu": cpu, "peak": peak}))
