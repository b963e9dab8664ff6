#!/usr/bin/env python3
"""Make the int8 variant, the demo pictures and expected.json of the room detector.

    python finish_room_demo.py --work DIR --model room-detector.onnx --out DIR [--seeds 1,2,3]

The pictures are drawn, not photographed. expected.json comes from this file alone: OpenCV
decoding, letterbox (114 grey, centred, cv2.INTER_LINEAR), RGB, 1/255, onnxruntime CPU,
NMS a class at IoU 0.6, boxes clipped to the picture, pixels of the original picture.
"""
import argparse
import json
import pathlib

import cv2
import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

import room_scenes
from train_room_detector import NAMES, evaluate, letterbox, nms

CONFIDENCE, LIMIT = 0.5, 0.6


class Pictures(CalibrationDataReader):
    def __init__(self, x):
        self.rows = iter([{"images": tensor(i)} for i in x])

    def get_next(self):
        return next(self.rows, None)


def tensor(rgb):
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None].astype(np.float32) / 255)


def session(path):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def runner(path):
    s = session(path)
    return lambda rgb: s.run(None, {"images": tensor(rgb)})[0][0]


def quantise(source, target, calibration):
    ready = target.with_suffix(".tmp.onnx")
    quant_pre_process(str(source), str(ready))
    # Only convolutions: decoding and scores stay float, each on its own scale.
    quantize_static(str(ready), str(target), Pictures(calibration), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["Conv"])
    ready.unlink()
    model = onnx.load(target)
    props = {p.key: p.value for p in onnx.load(source).metadata_props}
    onnx.helper.set_model_props(model, {**props, "quantization": "int8 QDQ, convolutions only"})
    onnx.save(model, target)


def find(run, bgr):
    h, w = bgr.shape[:2]
    r = min(320 / w, 320 / h)
    dx, dy = (320 - round(w * r)) // 2, (320 - round(h * r)) // 2
    rgb, _ = letterbox(bgr[:, :, ::-1], np.zeros((0, 5), np.float32))
    rows = nms(run(rgb), CONFIDENCE, LIMIT)
    rows[:, :4] = np.clip((rows[:, :4] - [dx, dy, dx, dy]) / r, 0, [w, h, w, h])
    return rows


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--model", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--seeds", default="")
    a = ap.parse_args()
    out, model = pathlib.Path(a.out), pathlib.Path(a.model)
    small = out / "room-detector-int8.onnx"
    x = np.load(pathlib.Path(a.work, "train-x.npy"), mmap_mode="r")[:128]
    quantise(model, small, x)
    vx, vy = np.load(pathlib.Path(a.work, "valid-x.npy")), np.load(pathlib.Path(a.work, "valid-y.npy"))
    report = evaluate(runner(small), vx, vy)
    small.with_suffix(".figures.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report))
    result = {"confidence": CONFIDENCE, "nms_iou": LIMIT, "how": __doc__.split("\n\n")[-1].strip(), "models": {}}
    runs = {p.name: runner(p) for p in (model, small)}
    for seed in filter(None, a.seeds.split(",")):
        name = f"room-{seed}.jpg"
        img, labels = room_scenes.scene(int(seed), 960, 640)
        cv2.imwrite(str(out / name), img, [cv2.IMWRITE_JPEG_QUALITY, 90])
        img = cv2.imread(str(out / name))
        for key, run in runs.items():
            result["models"].setdefault(key, {})[name] = {
                "width": img.shape[1], "height": img.shape[0],
                "drawn": [{"class": int(l[0]), "name": NAMES[int(l[0])], "box": [float(v) for v in l[1:]]} for l in labels],
                "detections": [{"class": int(d[5]), "name": NAMES[int(d[5])], "score": round(float(d[4]), 4),
                                "box": [round(float(v), 2) for v in d[:4]]} for d in find(run, img)]}
    (out / "expected.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "labels.json").write_text(json.dumps(NAMES) + "\n")


if __name__ == "__main__":
    main()
