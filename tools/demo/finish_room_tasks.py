#!/usr/bin/env python3
"""Export the trained room models with their int8 forms, manifests and figures.

    python finish_room_tasks.py --work DIR --out packages/registry-demo/models

Reads weights-VERSION.pt of train_room_tasks.py, joints-VERSION.pt of refit_joints.py and
train_room_pose.py, and bed-VERSION.pt of train_bed_state.py. Writes MODEL/MODEL-VERSION.onnx,
MODEL/MODEL-VERSION-int8.onnx and MODEL/VERSION.json below --out, and DIR/figures.json.
"""
import argparse
import hashlib
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

import room_figures
import train_bed_state
from compact_onnx import compact
from room_network import JOINT_WIDTH, JOINTS, PERSONS, Part, RoomNet
from room_scenes import BED_STATES, KEYPOINTS, NAMES
from train_room_detector import SIZE
from train_room_tasks import SIGMA

VERSIONS, CALIBRATION = ("1.0.0", "1.1.0"), 128
NOTE = "trained on drawn rooms only; no use on photographs, not for the care of people"
PAIRS = [("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")] + [
    (f"{side}_{a}", f"{side}_{b}") for side in ("left", "right")
    for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
] + [("nose", "left_shoulder"), ("nose", "right_shoulder")]
LETTERBOX = {"resize": "letterbox", "pad_value": 114, "pad_position": "center", "color": "rgb",
             "scale": 1 / 255, "interpolation": "bilinear"}
MODELS = {
    "room-detector": {"task": "detect", "task_type": "object-detection", "classes": NAMES, "figures": room_figures.detect_figures,
                      "description": "Demo detector", "versions": VERSIONS[1:], "decoder": "yolov8"},
    "room-pose": {"task": "pose", "task_type": "pose-estimation", "classes": NAMES[:PERSONS], "figures": room_figures.pose_figures,
                  "description": "Demo pose estimator with posture as class", "versions": VERSIONS, "agnostic": True},
    "room-segmentation": {"task": "segment", "task_type": "instance-segmentation", "classes": NAMES,
                          "figures": room_figures.segment_figures, "description": "Demo instance segmentation", "versions": VERSIONS},
    "room-bed-state": {"task": "classify", "task_type": "classification", "classes": BED_STATES, "figures": room_figures.bed_figures,
                       "description": "Demo classifier of what goes on at a bed", "versions": VERSIONS},
}


class Pictures(CalibrationDataReader):
    def __init__(self, tensors):
        self.rows = iter([{"images": t[None]} for t in tensors])

    def get_next(self):
        return next(self.rows, None)


def network(task, work, version):
    model = {"classify": train_bed_state.network, "pose": lambda: RoomNet(JOINT_WIDTH)}.get(task, RoomNet)()
    file = {"classify": "bed", "pose": "joints"}.get(task, "weights")
    model.load_state_dict(torch.load(work / f"{file}-{version}.pt", weights_only=True))
    return model.eval() if task == "classify" else Part(model.eval(), task, SIZE).eval()


def export(model, spec, side, version, path):
    names = ["output0", "output1"] if spec["task"] == "segment" else ["logits"] if spec["task"] == "classify" else ["output0"]
    axes = {"images": {0: "batch"}, "logits": {0: "batch"}} if spec["task"] == "classify" else None
    torch.onnx.export(model, torch.zeros(1, 3, side, side), str(path), input_names=["images"], output_names=names,
                      opset_version=17, dynamic_axes=axes)
    proto = onnx.load(path)
    props = {"author": "the project", "license": "same as this package", "version": version, "description": f"{spec['description']}, {NOTE}"}
    if spec["task"] != "classify":  # of a classifier these words would say that it ends in softmax
        props |= {"task": spec["task"], "names": str(dict(enumerate(spec["classes"]))), "imgsz": str([side, side]), "stride": "32",
                  "batch": "1", "channels": "3", "end2end": "False"}
    if spec["task"] == "pose":
        props["kpt_shape"] = str([JOINTS, 3])
    onnx.helper.set_model_props(proto, props)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)


def quantise(source, target, tensors):
    """QDQ of the convolutions but the last of each output, which stay float: kinds of output keep their own ranges."""
    ready = target.with_suffix(".tmp.onnx")
    quant_pre_process(str(source), str(ready))
    last = [n.name for n in onnx.load(ready).graph.node if n.op_type == "Conv" and ("/last." in n.name or "prototypes.3" in n.name)]
    quantize_static(str(ready), str(target), Pictures(tensors), quant_format=QuantFormat.QDQ, per_channel=True, nodes_to_exclude=last,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["Conv"])
    ready.unlink()
    model = onnx.load(target)
    props = {p.key: p.value for p in onnx.load(source).metadata_props}
    onnx.helper.set_model_props(model, {**props, "quantization": "int8 QDQ, convolutions only"})
    onnx.save(model, target)


def runner(path, task):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    if task == "classify":
        return lambda batch: session.run(None, {"images": batch})[0]
    return lambda rgb: [o[0] for o in session.run(None, {"images": room_tensor(rgb)[None]})]


def room_tensor(rgb):
    return np.ascontiguousarray(rgb.transpose(2, 0, 1).astype(np.float32) / 255)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(name, spec, side, version, files, parameters):
    classify = spec["task"] == "classify"
    body = {"model_id": name, "version": version, "task_type": spec["task_type"], "model_path": files[0].name, "sha256": sha256(files[0]),
            "class_names": spec["classes"], "input_size": [side, side],
            "preprocessing": {**LETTERBOX, "resize": "center-crop", "mean": [round(float(v), 3) for v in train_bed_state.MEAN],
                              "std": [round(float(v), 3) for v in train_bed_state.STD]} if classify else LETTERBOX}
    if classify:
        body["preprocessing"] = {k: v for k, v in body["preprocessing"].items() if not k.startswith("pad")}
        body["postprocessing"] = {"decoder": "logits"}
    else:
        body["postprocessing"] = {**({"decoder": spec["decoder"]} if "decoder" in spec else {}), "confidence_threshold": 0.5,
                                  "iou_threshold": 0.6, **({"class_agnostic_nms": True} if spec.get("agnostic") else {})}
    if spec["task"] == "pose":
        body["keypoints"] = {"names": KEYPOINTS, "skeleton": [[KEYPOINTS.index(a), KEYPOINTS.index(b)] for a, b in PAIRS],
                             "sigmas": [round(float(s), 3) for s in SIGMA]}
    body["variants"] = [{"id": "onnx-int8", "model_path": files[1].name, "precision": "int8", "sha256": sha256(files[1])}]
    training = "train_bed_state.py" if classify else "train_room_tasks.py"
    body["metadata"] = {"description": f"{spec['description']}, {NOTE}", "training": f"tools/demo/{training}", "parameters": parameters}
    return body


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--only", default="", help="model ids, comma separated")
    a = ap.parse_args()
    torch.set_num_threads(1)
    work, out = pathlib.Path(a.work), pathlib.Path(a.out)
    data, kept = room_figures.validation(work), work / "figures.json"
    figures = json.loads(kept.read_text()) if kept.exists() else {}
    for name, spec in MODELS.items():
        if a.only and name not in a.only.split(","):
            continue
        folder, classify = out / name, spec["task"] == "classify"
        folder.mkdir(parents=True, exist_ok=True)
        side = train_bed_state.SIDE if classify else SIZE
        x = np.load(work / ("bed-train-x.npy" if classify else "train-x.npy"), mmap_mode="r")[:CALIBRATION]
        tensors = [train_bed_state.tensor(i) if classify else room_tensor(i) for i in x]
        for version in spec["versions"]:
            model = network(spec["task"], work, version)
            files = [folder / f"{name}-{version}.onnx", folder / f"{name}-{version}-int8.onnx"]
            export(model, spec, side, version, files[0])
            quantise(*files, tensors)
            for path in files:
                compact(path)
            weights = sum(int(np.prod(t.dims)) for t in onnx.load(files[0]).graph.initializer)
            (folder / f"{version}.json").write_text(json.dumps(manifest(name, spec, side, version, files, weights), indent=2) + "\n")
            for path in files:
                figures[path.name] = spec["figures"](runner(path, spec["task"]), data)
                print(path.name, path.stat().st_size, sha256(path)[:12], json.dumps(figures[path.name]), flush=True)
            kept.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
