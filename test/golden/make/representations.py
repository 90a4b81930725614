# Makes test/golden/representations.safetensors from the formulas of the papers and of the published code, in NumPy:
# python test/golden/make/representations.py test/golden/representations.safetensors
# Every tensor is [height, width, channels]; nothing here knows how evtlab computes the same.
import json
import sys

import numpy as np

W, H, ORIGIN = 16, 14, 1_650_000
rng = np.random.default_rng(20261121)


def recording():
    """600 events anywhere in 90 ms, and one pixel that fires 300 times on, then 40 times off: sums saturate."""
    t = 1_700_000 + np.sort(rng.integers(0, 90_000, 600))
    x, y, p = rng.integers(0, W, 600), rng.integers(0, H, 600), rng.integers(0, 2, 600)
    burst = 1_720_000 + 100 * np.arange(340)
    t = np.concatenate([t, burst])
    order = np.argsort(t, kind="stable")
    column = lambda values, one: np.concatenate([values, one])[order]
    return t[order], column(x, np.full(340, 3)), column(y, np.full(340, 2)), column(p, (np.arange(340) < 300).astype(int))


t, x, y, p = recording()
s = 2 * p - 1
n = len(t)
seconds = (t - ORIGIN) / 1e6
unit = (t - t[0]) / (t[-1] - t[0])
tensors = {"events.t": t.astype("<i8"), "events.x": x.astype("<u2"), "events.y": y.astype("<u2"), "events.p": p.astype("u1")}


def add(name, array, dtype):
    array = np.asarray(array)
    tensors[name] = array.reshape(H, W, -1).astype(dtype)


# EST (Gehrig et al. 2019), with the kernel that its network starts from; TIE puts another clock into either place.
def spike_tensor(a, b, bins=9):
    volume = np.zeros((H, W, 2 * bins))
    for i in range(bins):
        kernel = np.maximum(0, 1 - (bins - 1) * np.abs(b - i / (bins - 1)))
        np.add.at(volume, (y, x, p * bins + i), a * kernel)
    return volume


def tie_image(volume):
    sums = volume.astype(np.float32).reshape(H, W, 3, 6).sum(axis=3, dtype=np.float64)
    image = np.zeros((H, W, 3))
    for c in range(3):
        low, high = np.percentile(sums[:, :, c], [1, 99])
        if high > low:
            image[:, :, c] = (np.clip(sums[:, :, c], low, high) - low) / (high - low) * 255
    return image


add("est", spike_tensor(unit, unit), "<f4")
for name, (a, b) in {"t_t": (seconds, seconds), "t_t0": (seconds, unit), "t0_t": (unit, seconds), "t0_t0": (unit, unit)}.items():
    volume = spike_tensor(a, b)
    add(f"tie_{name}", volume, "<f4")
    add(f"tie_{name}_image", tie_image(volume), "u1")
add("tie_t0_t_image_rotated", np.rot90(tie_image(spike_tensor(unit, seconds)), 2), "u1")


# UOH (ibugueno/event-based_datasets): edges by linspace, the bin by bisection.
def uoh_bins(bins):
    return np.clip(np.searchsorted(np.linspace(t[0], t[-1], bins + 1), t, side="right") - 1, 0, bins - 1)


tqr = np.zeros((H, W, 8, 2))
tqr[y, x, uoh_bins(8), p] = 1
add("tqr", tqr, "u1")

anything = np.zeros((H, W))
anything[y, x] = 255
add("behi", anything, "u1")

last = np.full((H, W), -1)
for i in range(n):
    last[y[i], x[i]] = i
fired = last >= 0
sign = np.where(fired, s[last], 0)
add("polarity_frame_grey", np.select([sign > 0, sign < 0], [255, 0], 128), "u1")
colours = {1: (255, 255, 255), -1: (64, 126, 200), 0: (30, 37, 52)}
add("polarity_frame_metavision", [[colours[v] for v in row] for row in sign.tolist()], "u1")
green = np.floor((t[-1] - t[last]) / (t[-1] - t[0]) * 255)
add("tencode_white", np.where(fired[..., None], np.stack([255 * (sign > 0), green, 255 * (sign < 0)], axis=2), 255), "u1")


# OpenEB 5.1: its processors of histograms, differences and event cubes, clipped after every event.
def one_by_one(shape, step):
    data = np.zeros(shape)
    for i in range(n):
        step(data, i)
    return data


def histogram(data, i):
    data[y[i], x[i], p[i]] = min(1, data[y[i], x[i], p[i]] + 1 / 5)


def bytes_up(data, i):
    data[y[i], x[i], p[i]] = min(255, data[y[i], x[i], p[i]] + 1)


def difference(data, i):
    data[y[i], x[i]] = max(-1, min(1, data[y[i], x[i]] + s[i] / 2))


def saturating(data, i):
    data[y[i], x[i]] = max(-128, min(127, data[y[i], x[i]] + s[i]))


def wrapping(data, i):
    data[y[i], x[i]] = (data[y[i], x[i]] + s[i] + 128) % 256 - 128


def cube(data, i, clamped=False, bins=5):
    at = (t[i] - t[0]) * bins / (t[-1] - t[0]) - 0.5
    left = int(np.floor(at))
    if clamped:  # event_to_tensor_torch.py: signed; both bins are moved into the grid, the second from the first
        left = min(max(left, 0), bins - 1)
        share = max(0, 1 - abs(left - at))
        data[y[i], x[i], left] += s[i] * share
        data[y[i], x[i], min(left + 1, bins - 1)] += s[i] * (1 - share)
        return
    share = 1 - (at - left)
    for b, value in ((left, share), (left + 1, 1 - share)):
        if 0 <= b < bins:
            data[y[i], x[i], b, p[i]] += value


add("metavision_histogram", one_by_one((H, W, 2), histogram), "<f4")
add("metavision_histogram_hardware", one_by_one((H, W, 2), bytes_up), "u1")
add("metavision_difference", one_by_one((H, W), difference), "<f4")
add("metavision_difference_saturating", one_by_one((H, W), saturating), "i1")
add("metavision_difference_wrapping", one_by_one((H, W), wrapping), "i1")
add("metavision_cube_split", one_by_one((H, W, 5, 2), cube), "<f4")
add("metavision_cube_torch", one_by_one((H, W, 5), lambda data, i: cube(data, i, True)), "<f4")


# Zhu et al. 2019, without signs and with a grid a polarity.
def voxels(values, bins=5):
    at = (bins - 1) * unit
    volume = np.zeros((H, W, bins, 2))
    for b in range(bins):
        np.add.at(volume, (y, x, np.full(n, b), p), values * np.maximum(0, 1 - np.abs(at - b)))
    return volume


add("voxel_split", voxels(1), "<f4")
add("voxel_unsigned", voxels(1).sum(axis=3), "<f4")


# luvHarris (Glover et al. 2021), EROS after it, and SITS (Manderscheid et al. 2019), whose polarities are apart.
def neighbourhood(surface, i, k):
    r = k // 2
    return surface[max(0, y[i] - r):y[i] + r + 1, max(0, x[i] - r):x[i] + r + 1]


def eros(surface, i, k=7, decay=0.3):
    neighbourhood(surface, i, k)[...] *= decay ** (1 / k)
    surface[y[i], x[i]] = 255


def tos(surface, i, k=7):
    near = neighbourhood(surface, i, k)
    near -= 1
    near[near < 255 - 2 * k] = 0
    surface[y[i], x[i]] = 255


def sits(surfaces, i, k=5):
    surface = surfaces[:, :, p[i]]
    near = neighbourhood(surface, i, k)
    near[near > surface[y[i], x[i]]] -= 1
    surface[y[i], x[i]] = k * k


add("eros", one_by_one((H, W), eros), "<f4")
add("tos", one_by_one((H, W), tos), "u1")
add("sits", one_by_one((H, W, 2), sits), "<u2")


# EvRep (Qu et al. 2024): as described, and as published (differences run on from pixel to pixel, ordered by columns).
def moments(pixel_times):
    return [len(pixel_times), np.std(np.diff(pixel_times)) if len(pixel_times) > 1 else 0]


times = [[t[(x == u) & (y == v)] for u in range(W)] for v in range(H)]
signs = np.zeros((H, W))
np.add.at(signs, (y, x), s)
counts, spread = np.moveaxis(np.array([[moments(one) for one in row] for row in times]), 2, 0)
add("ev_rep", np.stack([counts, signs, spread], axis=2), "<f4")
order = np.lexsort((t, y, x))
steps = np.diff(t[order], prepend=t[order][0]).astype(float)
total, squares = np.zeros((H, W)), np.zeros((H, W))
np.add.at(total, (y[order], x[order]), steps)
np.add.at(squares, (y[order], x[order]), steps**2)
many = np.maximum(counts, 1)
add("ev_rep_published", np.stack([counts, signs, np.sqrt(np.maximum(squares / many - (total / many) ** 2, 0))], axis=2), "<f4")

# Nam et al. 2022: the latest polarity among the last N, N/2, N/4, ... events.
stack = np.zeros((H, W, 6))
for b in range(6):
    for i in range(n - n // 2**b, n):
        stack[y[i], x[i], b] = s[i]
add("latest_polarity_stack", stack, "i1")

# HOTS (Lagorce et al. 2017): the patch around each of the first 60 events, [event, row, column].
R, TAU, patches = 2, 20_000, np.zeros((60, 5, 5))
newest = np.full((H + 2 * R, W + 2 * R, 2), -np.inf)
for i in range(60):
    newest[y[i] + R, x[i] + R, p[i]] = t[i]
    patches[i] = np.exp(-(t[i] - newest[y[i]:y[i] + 5, x[i]:x[i] + 5, p[i]]) / TAU)
tensors["hots"] = patches.astype("<f4")

tensors["latest_list"] = np.stack([t[-1] - t[-50:], x[-50:], y[-50:], s[-50:]], axis=1).reshape(50, 1, 4).astype("<f4")

kinds = {"float32": "F32", "int64": "I64", "uint16": "U16", "uint8": "U8", "int8": "I8"}
header, blocks, at = {}, [], 0
for name, array in tensors.items():
    data = np.ascontiguousarray(array).tobytes()
    header[name] = {"dtype": kinds[array.dtype.name], "shape": list(array.shape), "data_offsets": [at, at + len(data)]}
    blocks.append(data)
    at += len(data)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(sys.argv[1], "wb") as file:
    file.write(len(text).to_bytes(8, "little") + text + b"".join(blocks))
