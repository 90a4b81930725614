"""Makes jpeg.json: small JPEG files by Pillow, and the SHA-256 of the RGB pixels that Pillow and OpenCV read from them.

python -m venv v && v/bin/pip install numpy==2.4.6 pillow==13.0.0 opencv-python-headless==5.0.0
v/bin/python test/golden/jpeg.py > test/golden/jpeg.json
"""
import base64
import hashlib
import io
import json

import cv2
import numpy as np
from PIL import Image

rng = np.random.default_rng(3)
files = {
    "colour halved in both directions": ((64, 48), "RGB", {"quality": 60, "subsampling": 2}),
    "colour halved across, odd size": ((37, 21), "RGB", {"quality": 90, "subsampling": 1}),
    "whole colour": ((33, 17), "RGB", {"quality": 95, "subsampling": 0}),
    "grey": ((40, 30), "L", {"quality": 80}),
    "progressive": ((50, 50), "RGB", {"quality": 80, "progressive": True}),
}
cases = []
for name, ((width, height), mode, options) in files.items():
    channels = 3 if mode == "RGB" else 1
    blocks = np.kron(rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, channels)), np.ones((8, 8, 1)))[:height, :width]
    pixels = (blocks + rng.normal(0, 8, blocks.shape)).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels if channels == 3 else pixels[:, :, 0], mode).save(file, "JPEG", **options)
    rgb = np.asarray(Image.open(file).convert("RGB"))
    assert (cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1] == rgb).all()
    cases.append({"name": name, "width": width, "height": height, "file": base64.b64encode(file.getvalue()).decode(), "sha256": hashlib.sha256(rgb.tobytes()).hexdigest()})
print(json.dumps(cases, indent=1))
