"""Makes evaluate.json: scores by scikit-learn, scikit-image, scipy and numpy.

python -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 scikit-image==0.26.0
v/bin/python test/golden/evaluate.py > test/golden/evaluate.json
"""
import json

import numpy as np
from scipy.stats import binom, bootstrap
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, brier_score_loss, confusion_matrix, f1_score, log_loss, precision_score, recall_score

rng = np.random.default_rng(20261121)
exact = lambda values: np.asarray(values, dtype=np.float64).ravel().tolist()


def calibration_error(probabilities, labels, bins=15):
    """Guo et al. 2017, section 2: bins (m/M, (m+1)/M] of the largest probability."""
    confidence = probabilities.max(axis=1)
    hit = probabilities.argmax(axis=1) == labels
    error = 0.0
    for m in range(bins):
        inside = (confidence > m / bins) & (confidence <= (m + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(hit[inside].mean() - confidence[inside].mean())
    return error


def classification(count, classes, present):
    labels = rng.choice(present, count)
    logits = rng.normal(size=(count, classes)) * 1.5
    logits[np.arange(count), labels] += 1
    # Float32, as a network gives them; scores are made of these very numbers.
    probabilities = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32).astype(np.float64)
    said = probabilities.argmax(axis=1)
    every = list(range(classes))
    occurring = sorted(set(labels) | set(said))
    one_hot = np.eye(classes)[labels]
    return {
        "classes": classes,
        "labels": labels.tolist(),
        "probabilities": exact(probabilities),
        "accuracy": accuracy_score(labels, said),
        # The mean recall of the classes that occur; scikit-learn warns and does the same.
        "balancedAccuracy": balanced_accuracy_score(labels, said),
        "macroF1": f1_score(labels, said, average="macro", labels=occurring, zero_division=0),
        "f1": exact(f1_score(labels, said, average=None, labels=every, zero_division=0)),
        "precision": exact(precision_score(labels, said, average=None, labels=every, zero_division=0)),
        "recall": exact(recall_score(labels, said, average=None, labels=every, zero_division=0)),
        "confusion": confusion_matrix(labels, said, labels=every).tolist(),
        "brier": brier_score_loss(one_hot, probabilities, scale_by_half=False),
        "logLoss": float(-np.log(probabilities[np.arange(count), labels]).mean()),
        "logLossOfNormalised": log_loss(labels, probabilities / probabilities.sum(axis=1, keepdims=True), labels=every),
        "calibrationError": calibration_error(probabilities, labels),
    }


def pictures(width, height, noise):
    y, x = np.mgrid[:height, :width]
    truth = np.round(np.sin(x / 3 + y / 5) * 0.7, 4)
    drawn = np.round(np.clip(truth + rng.normal(size=truth.shape) * noise, -1, 1), 4)
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return {
        "width": width,
        "height": height,
        "truth": exact(truth),
        "drawn": exact(drawn),
        "mae": float(np.abs(truth - drawn).mean()),
        "psnr": peak_signal_noise_ratio(truth, drawn, data_range=2),
        "ssim": structural_similarity(truth, drawn, data_range=2, **settings),
    }


def regression(count, features, classes, C):
    labels = rng.integers(0, classes, count)
    x = np.round(rng.normal(size=(count, features)) + labels[:, None] * rng.normal(size=features) * 0.5, 3)
    fitted = LogisticRegression(C=C, tol=1e-10, max_iter=10000).fit(x, labels)
    weights = fitted.coef_
    return {
        "x": exact(x), "labels": labels.tolist(), "features": features, "classes": classes, "C": C,
        "weights": exact(weights), "intercepts": exact(fitted.intercept_),
        "probabilities": exact(fitted.predict_proba(x[:10])),
    }


def mcnemar(first, second):
    n, least = first + second, min(first, second)
    exact_p = min(1.0, 2 * binom.cdf(least, n, 0.5))
    return {"first": first, "second": second, "exact": exact_p, "midP": min(1.0, 2 * binom.cdf(least, n, 0.5) - binom.pmf(least, n, 0.5))}


def resampled(subjects):
    """Accuracy over people with different numbers of clips; each person all or not at all."""
    clips = rng.integers(1, 9, subjects)
    right = np.array([rng.integers(0, n + 1) for n in clips])
    found = bootstrap((right, clips), lambda r, n, axis=-1: r.sum(axis=axis) / n.sum(axis=axis), paired=True, vectorized=True, method="percentile", n_resamples=400000, batch=20000, rng=1)
    return {"clips": clips.tolist(), "right": right.tolist(), "value": float(right.sum() / clips.sum()), "low": float(found.confidence_interval.low), "high": float(found.confidence_interval.high)}


print(json.dumps({
    "classification": [classification(60, 7, range(7)), classification(40, 3, [0, 2]), classification(5, 4, [1])],
    "pictures": [pictures(24, 17, 0.1), pictures(11, 11, 0.4)],
    "regression": [regression(60, 5, 3, 1.0), regression(40, 8, 4, 0.05), regression(30, 3, 2, 10.0)],
    "mcnemar": [mcnemar(*pair) for pair in [(0, 0), (3, 3), (1, 9), (25, 12), (700, 612), (2500, 2400), (0, 5)]],
    "bootstrap": [resampled(40), resampled(12)],
}))
