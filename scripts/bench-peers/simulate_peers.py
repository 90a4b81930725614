"""Turns pictures in memory into events with one peer: one JSON line. Usage: simulate_peers.py PEER KIND FRAMES N"""
import gc
import json
import resource
import sys
import time
from importlib.metadata import version

import numpy as np

peer, kind, path, repeat = sys.argv[1:4] + [int(sys.argv[4])]
width, height, step = 346, 260, 10_000
frames = np.fromfile(path, np.uint8).reshape(-1, height, width)


def v2e_log():
    codes = np.arange(256, dtype=np.float64)
    log = np.where(codes <= 20, codes * np.log(20) / 20, np.log(np.maximum(codes, 1)))
    return (np.round(log * 1e8) / 1e8).astype(np.float32)


def numpy_v2e():
    """The ideal model, from its definition: the floor is that of the exact quotient, as of PyTorch."""
    table, theta = v2e_log(), np.float32(0.2)
    base = table[frames[0]]
    ts, xs, ys, ps = [], [], [], []
    for n in range(1, len(frames)):
        moved = table[frames[n]] - base
        counts = np.floor(np.abs(moved).astype(np.float64) / np.float64(theta)).astype(np.int32)
        base += np.sign(moved) * (counts.astype(np.float32) * theta)
        most = counts.max()
        for i in range(most):
            y, x = np.nonzero(counts > i)
            xs.append(x.astype(np.uint16))
            ys.append(y.astype(np.uint16))
            ps.append((moved[y, x] > 0).astype(np.uint8))
            ts.append(np.full(len(x), np.int64(np.floor((n - 1) * step + (i + 1) * step / most + 0.5))))
    return [np.concatenate(column) for column in (ts, xs, ys, ps)]


def numpy_esim():
    table, threshold = np.log(0.001 + np.arange(256) / 255), 0.2
    before = table[frames[0]]
    reference = before.copy()
    columns = []
    for n in range(1, len(frames)):
        now = table[frames[n]]
        moved, change = now - reference, now - before
        counts = np.where(moved * change > 0, np.floor(np.abs(moved) / threshold + 1e-9), 0).astype(np.int32)
        y, x = np.nonzero(counts)
        times = counts[y, x]
        k = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + 1
        signed = np.sign(moved[y, x]) * threshold
        first = (reference[y, x] - before[y, x]) * step / change[y, x]
        apart = signed * step / change[y, x]
        t = np.floor((n - 1) * step + (np.repeat(first, times) + k * np.repeat(apart, times)) + 0.5).astype(np.int64)
        order = np.argsort(t, kind="stable")
        columns.append([
            t[order], np.repeat(x, times)[order].astype(np.uint16), np.repeat(y, times)[order].astype(np.uint16),
            np.repeat(signed > 0, times)[order].astype(np.uint8),
        ])
        reference[y, x] += times * signed
        before = now
    return [np.concatenate(parts) for parts in zip(*columns)]


def eventcv():
    import eventcv

    quiet = dict(sigma_thres=0.0, cutoff_hz=0.0, leak_rate_hz=0.0, shot_noise_rate_hz=0.0, refractory_us=0) if kind == "v2e ideal" else {}
    events = eventcv.simulate(frames, fps=1e6 / step, upsample="off", seed=1, **quiet)
    return [np.asarray(column) for column in (events.t, events.x, events.y, events.p)] if hasattr(events, "t") else events


run = {"numpy": numpy_esim if kind == "ESIM" else numpy_v2e, "eventcv": eventcv}[peer]
wall = []
for i in range(repeat + 1):
    columns = None
    gc.collect()
    start = time.perf_counter()
    columns = run()
    if i > 0:
        wall.append((time.perf_counter() - start) * 1000)
sums = [int(np.asarray(column).astype(np.int64).sum()) for column in columns] if isinstance(columns, list) else [0, 0, 0, 0]
length = len(columns[0]) if isinstance(columns, list) else len(columns)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"version": version(peer), "events": length, "sums": sums, "wall": wall, "peak": peak}))
