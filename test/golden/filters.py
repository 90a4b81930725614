# Makes test/golden/filters.json with independent programs: OpenCV (undistorted points) and tonic (denoise, refractory
# period). Needs numpy, opencv-python-headless and tonic: python test/golden/filters.py > test/golden/filters.json
import importlib.util
import json
import sys

import cv2
import numpy as np


def of_tonic(name):
    for folder in sys.path:
        try:
            spec = importlib.util.spec_from_file_location(name, f"{folder}/tonic/functional/{name}.py")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return getattr(module, f"{name}_numpy")
        except FileNotFoundError:
            pass


def events(count):
    """The same numbers as in test/filters/golden.test.ts: a linear congruential generator."""
    state, t, rows = 1, 20000, []

    def draw(limit):
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 16) % limit

    for _ in range(count):
        t += 1 + draw(40)
        rows.append((t, draw(32), draw(24), draw(2)))
    return np.array(rows, dtype=[("t", "i8"), ("x", "i2"), ("y", "i2"), ("p", "i1")])


recording = events(3000)
grid = np.array([[u, v] for v in range(0, 481, 60) for u in range(0, 641, 80)], dtype=np.float64).reshape(-1, 1, 2)
camera = np.array([[560.0, 0, 330.0], [0, 555.0, 236.0], [0, 0, 1]])
precise = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 200, 1e-14)
brown = [-0.32, 0.13, 0.0011, -0.0007, -0.02]
fish = [-0.03, 0.012, -0.004, 0.0006]
wide = np.array([[330.0, 0, 330.0], [0, 328.0, 236.0], [0, 0, 1]])
print(json.dumps({
    "programs": {"opencv": cv2.__version__, "tonic": "1.7.0"},
    "denoise": {str(time): of_tonic("denoise")(recording, time)["t"].tolist() for time in (500, 2000)},
    "refractory": {str(time): of_tonic("refractory_period")(recording, time)["t"].tolist() for time in (5000, 20000)},
    "undistort": [
        {"model": "brown-conrady", "fx": 560, "fy": 555, "cx": 330, "cy": 236, "distortion": brown,
         "points": cv2.undistortPoints(grid, camera, np.array(brown), R=np.eye(3), P=camera, criteria=precise).reshape(-1, 2).tolist()},
        {"model": "fisheye", "fx": 330, "fy": 328, "cx": 330, "cy": 236, "distortion": fish,
         "points": cv2.fisheye.undistortPoints(grid, wide, np.array(fish), R=np.eye(3), P=wide, criteria=precise).reshape(-1, 2).tolist()},
    ],
}))
