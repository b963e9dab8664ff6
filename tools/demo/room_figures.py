"""Figures of the exported room models on the validation data of room_data.py and train_bed_state.py.

All average precisions are areas under the interpolated precision-recall curve (every recall point), matching greedily by
score. A run is a function from one RGB picture to the session's outputs without their batch axis.
"""
import cv2
import numpy as np

from room_network import JOINTS, PERSONS
from room_scenes import BED_STATES, NAMES
from train_bed_state import tensor as bed_tensor
from train_room_detector import SIZE, evaluate, iou_of

OKS_LIMITS = np.arange(0.5, 0.96, 0.05)


def candidates(pred, classes, conf, limit=0.6, agnostic=False):
    """YOLOv8 rows -> (box x1, y1, x2, y2; score; class; the rest of the column), after NMS."""
    score, cls = pred[4:4 + classes].max(0), pred[4:4 + classes].argmax(0)
    keep = np.flatnonzero(score >= conf)
    keep = keep[np.argsort(-score[keep], kind="stable")][:300]
    box = np.stack([pred[0] - pred[2] / 2, pred[1] - pred[3] / 2, pred[0] + pred[2] / 2, pred[1] + pred[3] / 2], 1)
    found = []
    for i in keep:
        if all((not agnostic and f[2] != cls[i]) or iou_of(box[i], f[0]) <= limit for f in found):
            found.append((box[i], float(score[i]), int(cls[i]), pred[4 + classes:, i]))
    return found


def average_precision(rows, count):
    hits = np.array([hit for _, hit in sorted(rows, key=lambda r: -r[0])], bool)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(sum(precision[i:].max() for i in np.flatnonzero(hits)) / max(1, count))


def greedy(found, true, likeness, limit):
    """Each (score, hit) of `found`, best first; every true thing is found once."""
    used, rows = set(), []
    for i, f in enumerate(found):
        best = max(((likeness[i][n], n) for n in range(len(true)) if n not in used), default=(0, -1))
        if best[0] >= limit:
            used.add(best[1])
        rows.append((f[1], best[0] >= limit))
    return rows


def detect_figures(run, data):
    report = evaluate(lambda x: run(x)[0][:4 + len(NAMES)], data["x"], data["y"])
    return {**report, "mAP50": round(float(np.mean([r["ap50"] for r in report.values()])), 3)}


def mask_of(coefficients, prototypes, box, size=SIZE):
    """Mask in input pixels: prototypes combined, brought to the input size, cut at 0 and by the box."""
    logits = np.tensordot(coefficients, prototypes, 1)
    mask = cv2.resize(logits, (size, size), interpolation=cv2.INTER_LINEAR) > 0
    at = np.arange(size) + 0.5
    return mask & ((at > box[0]) & (at < box[2]))[None] & ((at > box[1]) & (at < box[3]))[:, None]


def segment_figures(run, data):
    rows, count, overlaps = [[] for _ in NAMES], np.zeros(len(NAMES)), []
    for x, y, full in zip(data["x"], data["y"], data["full"]):
        pred, proto = run(x)
        found = candidates(pred, len(NAMES), 0.02)
        for c in range(len(NAMES)):
            true = [full == n + 1 for n in np.flatnonzero(y[:, 0] == c)]
            count[c] += len(true)
            mine = [f for f in found if f[2] == c]
            masks = [mask_of(f[3], proto, f[0]) for f in mine]
            like = [[(m & t).sum() / max(1, (m | t).sum()) for t in true] for m in masks]
            rows[c] += greedy(mine, true, like, 0.5)
            overlaps += [max(row) for row, f in zip(like, mine) if row and f[1] >= 0.5 and max(row) >= 0.5]
    report = {name: {"mask_ap50": round(average_precision(r, n), 3)} for name, r, n in zip(NAMES, rows, count)}
    boxes = detect_figures(run, data)
    for name in NAMES:
        report[name]["box_ap50"] = boxes[name]["ap50"]
    return {**report, "mask_mAP50": round(float(np.mean([report[n]["mask_ap50"] for n in NAMES])), 3),
            "mAP50": boxes["mAP50"], "mean_iou_of_found": round(float(np.mean(overlaps)), 3)}


def pose_figures(run, data):
    """OKS as COCO's, area 0.53 x box; persons of any posture. PCK: seen joints within a tenth of the box's diagonal."""
    from train_room_tasks import SIGMA
    sigma = SIGMA.numpy()
    rows, count, near, boxes = [[] for _ in OKS_LIMITS], 0, [], [[] for _ in range(PERSONS)]
    each, seen = np.zeros(PERSONS), []
    for x, y, j in zip(data["x"], data["y"], data["j"]):
        found = candidates(run(x)[0], PERSONS, 0.02, agnostic=True)
        which = np.flatnonzero((y[:, 0] >= 0) & (y[:, 0] < PERSONS))
        true = [(y[n, 1:], j[n], int(y[n, 0])) for n in which]
        labelled = [t for t in true if (t[1][:, 2] > 0).any()]
        count += len(labelled)
        points = [f[3].reshape(JOINTS, 3) for f in found]
        for c in range(PERSONS):
            mine, same = [f for f in found if f[2] == c], [t for t in true if t[2] == c]
            each[c] += len(same)
            boxes[c] += greedy(mine, same, [[iou_of(f[0], t[0]) for t in same] for f in mine], 0.5)
        like = []
        for p in points:
            like.append([])
            for box, joints, _ in labelled:
                known, area = joints[:, 2] > 0, 0.53 * (box[2] - box[0]) * (box[3] - box[1])
                square = ((p[:, :2] - joints[:, :2]) ** 2).sum(1)
                like[-1].append(float(np.exp(-square / (2 * area * (2 * sigma) ** 2 + 1e-9))[known].mean()))
        for limit, out in zip(OKS_LIMITS, rows):
            out += greedy(found, labelled, like, limit)
        for box, joints, _ in labelled:
            ious = [iou_of(f[0], box) if f[1] >= 0.5 else 0 for f in found]
            if ious and max(ious) >= 0.5:
                p, known = points[int(np.argmax(ious))], joints[:, 2] > 0
                far = np.hypot(*(p[:, :2] - joints[:, :2]).T) / np.hypot(box[2] - box[0], box[3] - box[1])
                near += list(far[joints[:, 2] == 2] <= 0.1)
                seen += list((p[known, 2] >= 0.5) == (joints[known, 2] == 2))
    oks = [average_precision(r, count) for r in rows]
    return {"persons": count, "oks_ap": round(float(np.mean(oks)), 3), "oks_ap50": round(oks[0], 3),
            "pck10": round(float(np.mean(near)), 3), "visibility_right": round(float(np.mean(seen)), 3),
            "mAP50": round(float(np.mean([average_precision(b, n) for b, n in zip(boxes, each)])), 3)}


def bed_figures(run, data):
    """`run` takes a batch here."""
    chosen = run(bed_tensor(data["bed-x"])).argmax(1)
    right = chosen == data["bed-y"]
    return {"top1": round(float(right.mean()), 3),
            **{name: {"views": int((data["bed-y"] == c).sum()), "recall": round(float(right[data["bed-y"] == c].mean()), 3)}
               for c, name in enumerate(BED_STATES)}}


def validation(work):
    data = {key: np.load(work / f"valid-{key}.npy") for key in ("x", "y", "j", "full")}
    return {**data, "bed-x": np.load(work / "bed-valid-x.npy"), "bed-y": np.load(work / "bed-valid-y.npy")}
