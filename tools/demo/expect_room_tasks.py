#!/usr/bin/env python3
"""Draw the pictures of bed views and write what the models 1.1.0 find in the bundled pictures, for the tests.

    python expect_room_tasks.py --models packages/registry-demo/models --pictures packages/registry-demo/pictures
        --out packages/cli/src/fixtures/room-tasks-expected.json [--draw 1,2]

An implementation of its own: OpenCV decoding and cv2.INTER_LINEAR, onnxruntime on the CPU, NMS at IoU 0.6 (a class for
itself; all classes together for poses), boxes clipped to the picture, everything in its pixels. Masks: prototypes combined,
brought to the input, the padding cut off, brought to the picture's size, cut at 0 and by the box; as COCO run lengths by pycocotools.
"""
import argparse
import json
import pathlib

import cv2
import numpy as np
from pycocotools import mask as coco

import room_scenes
from finish_room_tasks import MODELS, runner
from room_figures import candidates
from room_network import JOINTS
from train_bed_state import middle, tensor
from train_room_detector import SIZE, letterbox

CONFIDENCE = 0.5


def rounded(values, digits=2):
    return [round(float(v), digits) for v in values]


def things(spec, outputs, bgr):
    h, w = bgr.shape[:2]
    r = min(SIZE / w, SIZE / h)
    nw, nh = round(w * r), round(h * r)
    dx, dy = (SIZE - nw) // 2, (SIZE - nh) // 2
    for box, score, cls, rest in candidates(outputs[0], len(spec["classes"]), CONFIDENCE, agnostic=spec.get("agnostic", False)):
        box = np.clip((box - [dx, dy, dx, dy]) / r, 0, [w, h, w, h])
        found = {"name": spec["classes"][cls], "score": round(score, 4), "box": rounded(box)}
        if spec["task"] == "pose":
            points = rest.reshape(JOINTS, 3)
            found["keypoints"] = [rounded([(x - dx) / r, (y - dy) / r], 1) + [round(float(v), 3)] for x, y, v in points]
        if spec["task"] == "segment":
            logits = cv2.resize(np.tensordot(rest, outputs[1], 1), (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
            logits = cv2.resize(logits[dy:dy + nh, dx:dx + nw], (w, h), interpolation=cv2.INTER_LINEAR)
            x, y = np.arange(w) + 0.5, np.arange(h) + 0.5
            mask = (logits > 0) & ((x > box[0]) & (x < box[2]))[None] & ((y > box[1]) & (y < box[3]))[:, None]
            found["counts"] = coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
        yield found


def classes(spec, run, bgr):
    logits = run(tensor(middle(bgr))[None])[0]
    odds = np.exp(logits - logits.max())
    return [{"name": n, "score": round(float(p), 4)} for n, p in zip(spec["classes"], odds / odds.sum())]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--models", required=True)
    ap.add_argument("--pictures", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--draw", default="", help="seeds of bed views to draw into --pictures first")
    a = ap.parse_args()
    folder = pathlib.Path(a.pictures)
    for seed in filter(None, a.draw.split(",")):
        cv2.imwrite(str(folder / f"room-bed-{seed}.jpg"), room_scenes.bed_view(int(seed), 640, 480)[0], [cv2.IMWRITE_JPEG_QUALITY, 90])
    result = {"confidence": CONFIDENCE, "how": __doc__.split("\n\n")[-1].strip(), "models": {}}
    for name, spec in MODELS.items():
        for path in sorted(pathlib.Path(a.models, name).glob(f"{name}-1.1.0*.onnx")):
            run, answers = runner(path, spec["task"]), {}
            for picture in sorted(folder.glob("room-bed-*.jpg" if spec["task"] == "classify" else "room-2*.jpg")):
                bgr = cv2.imread(str(picture))
                if spec["task"] == "classify":
                    answers[picture.name] = classes(spec, run, bgr)
                else:
                    rgb, _ = letterbox(bgr[:, :, ::-1], np.zeros((0, 5), np.float32))
                    answers[picture.name] = list(things(spec, run(rgb), bgr))
            result["models"][path.name] = answers
    pathlib.Path(a.out).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
