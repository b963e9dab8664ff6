#!/usr/bin/env python3
"""Train the demo detector on the drawn rooms of room_scenes.py and export it to ONNX.

    python train_room_detector.py render --work DIR     # once: the data set, about 2 min
    python train_room_detector.py train  --work DIR --minutes 11 -o room-detector.onnx

No outside data or weights are used. Output layout as YOLOv8: 1 x (4 + classes) x anchors,
rows cx, cy, w, h in input pixels, then one score (0..1) a class.
"""
import argparse
import multiprocessing
import pathlib
import time

import cv2
import numpy as np

import room_scenes

SIZE, STRIDES, MAX_BOXES = 320, (8, 16, 32), 12
NAMES = room_scenes.NAMES
TRAIN, VALID, VALID_SEED = 6400, 400, 1_000_000


def letterbox(img, labels):
    h, w = img.shape[:2]
    r = min(SIZE / w, SIZE / h)
    nw, nh = round(w * r), round(h * r)
    dx, dy = (SIZE - nw) // 2, (SIZE - nh) // 2
    out = np.full((SIZE, SIZE, 3), 114, np.uint8)
    out[dy:dy + nh, dx:dx + nw] = cv2.resize(img, (nw, nh), interpolation=cv2.INTER_LINEAR)
    labels = labels.copy()
    labels[:, 1:] = labels[:, 1:] * r + [dx, dy, dx, dy]
    return out, labels


def sample(seed):
    cv2.setNumThreads(1)
    img, labels = letterbox(*room_scenes.scene(seed))
    rows = np.full((MAX_BOXES, 5), -1, np.float32)
    rows[:len(labels[:MAX_BOXES])] = labels[:MAX_BOXES]
    return np.ascontiguousarray(img[:, :, ::-1]), rows  # RGB


def render(a):
    work = pathlib.Path(a.work)
    work.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(a.threads) as pool:
        for name, first, count in (("valid", VALID_SEED, VALID), ("train", 0, TRAIN)):
            pairs = pool.map(sample, range(first, first + count), 50)
            np.save(work / f"{name}-x.npy", np.stack([p[0] for p in pairs]))
            np.save(work / f"{name}-y.npy", np.stack([p[1] for p in pairs]))


def network():
    import torch
    from torch import nn

    def conv(i, o, k=3, s=1):
        return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o, momentum=0.05), nn.ReLU(True))

    class Block(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.f = nn.Sequential(conv(c, c // 2, 1), conv(c // 2, c))

        def forward(self, x):
            return x + self.f(x)

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(conv(3, 12, 3, 2), conv(12, 24, 3, 2), Block(24))
            self.p3 = nn.Sequential(conv(24, 48, 3, 2), Block(48), Block(48))
            self.p4 = nn.Sequential(conv(48, 80, 3, 2), Block(80), Block(80))
            self.p5 = nn.Sequential(conv(80, 112, 3, 2), Block(112), Block(112))
            c = 48
            self.lat = nn.ModuleList([conv(48, c, 1), conv(80, c, 1), conv(112, c, 1)])
            self.mix = nn.ModuleList([conv(c, c), conv(c, c)])
            self.down = nn.ModuleList([conv(c, c, 3, 2), conv(c, c, 3, 2)])
            self.head = nn.ModuleList([nn.Sequential(conv(c, c), nn.Conv2d(c, 4 + len(NAMES), 1)) for _ in STRIDES])
            for h in self.head:
                nn.init.constant_(h[-1].bias[4:], -4.6)
                nn.init.constant_(h[-1].bias[:4], 0.7)
            grids = [(np.stack(np.meshgrid(np.arange(SIZE // s), np.arange(SIZE // s)), -1).reshape(-1, 2) + 0.5) * s for s in STRIDES]
            self.register_buffer("centre", torch.tensor(np.concatenate(grids), dtype=torch.float32), persistent=False)
            self.register_buffer("scale", torch.tensor(np.concatenate([np.full((SIZE // s) ** 2, s) for s in STRIDES]), dtype=torch.float32)[:, None], persistent=False)
            self.export = False

        def forward(self, x):
            a = self.p3(self.stem(x))
            b = self.p4(a)
            c = self.p5(b)
            up = nn.functional.interpolate
            c = self.lat[2](c)
            b = self.mix[1](self.lat[1](b) + up(c, scale_factor=2.0, mode="nearest"))
            a = self.mix[0](self.lat[0](a) + up(b, scale_factor=2.0, mode="nearest"))
            b = b + self.down[0](a)
            c = c + self.down[1](b)
            raw = torch.cat([h(f).flatten(2) for h, f in zip(self.head, (a, b, c))], 2).transpose(1, 2)
            far = nn.functional.softplus(raw[..., :4]) * self.scale * 2  # left, top, right, bottom
            low, high = self.centre - far[..., :2], self.centre + far[..., 2:]
            if self.export:
                return torch.cat([(low + high) / 2, high - low, raw[..., 4:].sigmoid()], 2).transpose(1, 2)
            return torch.cat([low, high], 2), raw[..., 4:]

    return Detector()


def overlap(a, b):
    """IoU of [.., 4] boxes and the CIoU penalty."""
    import torch
    wh = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    inter = wh[..., 0] * wh[..., 1]
    sa, sb = (a[..., 2:] - a[..., :2]).clamp(min=0.01), (b[..., 2:] - b[..., :2]).clamp(min=0.01)
    iou = inter / (sa.prod(-1) + sb.prod(-1) - inter + 1e-6)
    hull = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    gap = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) ** 2).sum(-1) / 4 / ((hull ** 2).sum(-1) + 1e-6)
    shape = 0.405 * (torch.atan(sa[..., 0] / sa[..., 1]) - torch.atan(sb[..., 0] / sb[..., 1])) ** 2
    weight = (shape / (1 - iou + shape + 1e-6)).detach()
    return iou, gap + weight * shape


def assign(centre, boxes, logits, labels, top=10):
    """Task-aligned assignment (best `top` anchors inside each box): class targets, positives, their weights and owners."""
    import torch
    with torch.no_grad():
        cls, gt = labels[..., 0], labels[..., 1:]
        valid = cls >= 0
        inside = ((centre[None, None] > gt[:, :, None, :2]) & (centre[None, None] < gt[:, :, None, 2:])).all(-1) & valid[..., None]
        iou, _ = overlap(gt[:, :, None], boxes[:, None])
        score = logits.sigmoid().transpose(1, 2).gather(1, cls.clamp(min=0).long()[..., None].expand(-1, -1, centre.shape[0]))
        align = score.sqrt() * iou ** 4 * inside + 1e-9 * inside
        best = torch.zeros_like(align).scatter_(2, align.topk(top, 2).indices, 1) * inside
        align, iou = align * best, iou * best
        norm = align / align.amax(2, keepdim=True).clamp(min=1e-9) * iou.amax(2, keepdim=True)
        quality, owner = (align + 0).max(1)
        quality = norm.gather(1, owner[:, None])[:, 0]
        positive = best.sum(1) > 0
        target = torch.zeros_like(logits)
        owner_cls = cls.clamp(min=0).gather(1, owner).long()
        target.scatter_(2, owner_cls[..., None], (quality * positive)[..., None])
    return target, positive, quality, owner


def loss(model, boxes, logits, labels):
    """BCE of the classes and CIoU of the boxes of the assigned anchors."""
    return box_loss(boxes, logits, labels, *assign(model.centre, boxes, logits, labels))


def box_loss(boxes, logits, labels, target, positive, quality, owner):
    import torch
    total = target.sum().clamp(min=1)
    bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="sum") / total
    target_box = labels[..., 1:].gather(1, owner[..., None].expand(-1, -1, 4))
    iou, penalty = overlap(boxes[positive], target_box[positive])
    return bce + 3 * ((1 - iou + penalty) * quality[positive]).sum() / total


def augment(rng, x, y):
    """Mirror, light and colour; in place on a float batch 0..1."""
    import torch
    y = y.clone()
    flip = torch.from_numpy(rng.random(len(x)) < 0.5)
    x[flip] = x[flip].flip(3)
    keep = flip[:, None] & (y[..., 0] >= 0)
    mirrored = y.clone()
    mirrored[..., 1], mirrored[..., 3] = SIZE - y[..., 3], SIZE - y[..., 1]
    y[keep] = mirrored[keep]
    gain = torch.from_numpy(rng.uniform(0.7, 1.3, (len(x), 1, 1, 1)) * rng.uniform(0.85, 1.15, (len(x), 3, 1, 1))).float()
    return (x * gain).clamp(0, 1), y


def nms(pred, conf, limit=0.6):
    """pred [4 + nc, anchors] -> rows x1, y1, x2, y2, score, class."""
    score, cls = pred[4:].max(0), pred[4:].argmax(0)
    keep = np.flatnonzero(score > conf)
    keep = keep[np.argsort(-score[keep])][:300]
    box = np.stack([pred[0] - pred[2] / 2, pred[1] - pred[3] / 2, pred[0] + pred[2] / 2, pred[1] + pred[3] / 2], 1)
    rows = []
    for i in keep:
        if all(r[5] != cls[i] or iou_of(box[i], r) < limit for r in rows):
            rows.append([*box[i], score[i], cls[i]])
    return np.array(rows, np.float32).reshape(-1, 6)


def iou_of(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def evaluate(run, x, y, conf=0.25):
    """AP at IoU 0.5 a class, and recall and precision at `conf`."""
    rows, count = [[] for _ in NAMES], np.zeros(len(NAMES))
    for image, labels in zip(x, y):
        labels = labels[labels[:, 0] >= 0]
        for l in labels:
            count[int(l[0])] += 1
        used = set()
        for d in nms(run(image), 0.02):
            best = max(((iou_of(d, l[1:]), i) for i, l in enumerate(labels) if l[0] == d[5] and i not in used), default=(0, -1))
            if best[0] >= 0.5:
                used.add(best[1])
            rows[int(d[5])].append((d[4], best[0] >= 0.5))
    report = {}
    for c, name in enumerate(NAMES):
        r = np.array(sorted(rows[c], key=lambda t: -t[0])).reshape(-1, 2)
        tp = np.cumsum(r[:, 1])
        precision = tp / np.arange(1, len(r) + 1)
        ap = sum(precision[i:].max() for i in np.flatnonzero(r[:, 1])) / max(1, count[c])
        sure = r[r[:, 0] >= conf, 1]
        report[name] = {"ap50": round(float(ap), 3), "recall": round(float(sure.sum() / max(1, count[c])), 3),
                        "precision": round(float(sure.mean()) if len(sure) else 0.0, 3), "objects": int(count[c])}
    return report


def train(a):
    import torch
    torch.manual_seed(7)
    torch.set_num_threads(a.threads)
    rng, work = np.random.default_rng(7), pathlib.Path(a.work)
    x, y = np.load(work / "train-x.npy", mmap_mode="r"), torch.from_numpy(np.load(work / "train-y.npy"))
    model = network().to(memory_format=torch.channels_last)
    print("parameters", sum(p.numel() for p in model.parameters()), flush=True)
    decay = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim == 1]
    peak, batch = 2.5e-3, 24
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}], peak)
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    start, step, order, mean = time.time(), 0, [], None
    while True:
        # With --steps the schedule, and so the result, does not depend on the machine's speed.
        done = step / a.steps if a.steps else (time.time() - start) / 60 / a.minutes
        if done >= 1:
            break
        if len(order) < batch:
            order = list(rng.permutation(len(x)))
        pick = sorted(order.pop() for _ in range(batch))
        bx = torch.from_numpy(x[pick]).permute(0, 3, 1, 2).float().div_(255)
        bx, by = augment(rng, bx, y[pick])
        for g in opt.param_groups:
            g["lr"] = peak * min(1, (step + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        value = loss(model, *model(bx.contiguous(memory_format=torch.channels_last)), by)
        opt.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        opt.step()
        step += 1
        rate = min(0.995, step / (step + 20))
        for k, v in model.state_dict().items():
            ema[k].mul_(rate).add_(v, alpha=1 - rate) if v.dtype.is_floating_point else ema[k].copy_(v)
        mean = float(value) if mean is None else 0.98 * mean + 0.02 * float(value)
        if step % 50 == 0:
            print(f"step {step} loss {mean:.3f} minutes {(time.time() - start) / 60:.2f}", flush=True)
    print("steps", step, flush=True)
    model.load_state_dict(ema)
    torch.save(ema, work / "weights.pt")
    export(a, model.eval())


def export(a, model=None):
    import json
    import onnx
    import onnxruntime
    import torch
    work = pathlib.Path(a.work)
    if model is None:
        model = network()
        model.load_state_dict(torch.load(work / "weights.pt", weights_only=True))
    model = model.eval().to(memory_format=torch.contiguous_format)
    model.export = True
    torch.onnx.export(model, torch.zeros(1, 3, SIZE, SIZE), a.output, input_names=["images"], output_names=["output0"], opset_version=17)
    proto = onnx.load(a.output)
    onnx.helper.set_model_props(proto, {
        "task": "detect", "names": str(dict(enumerate(NAMES))), "imgsz": str([SIZE, SIZE]), "stride": "32", "batch": "1",
        "channels": "3", "end2end": "False", "author": "the project", "license": "same as this package",
        "description": "Demo detector, trained on drawn rooms only; not for use on people",
        "source": "train_room_detector.py, room_scenes.py"})
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, a.output)
    session = onnxruntime.InferenceSession(a.output, providers=["CPUExecutionProvider"])
    x, y = np.load(work / "valid-x.npy"), np.load(work / "valid-y.npy")
    report = evaluate(lambda i: session.run(None, {"images": i.transpose(2, 0, 1)[None].astype(np.float32) / 255})[0][0], x, y)
    print(json.dumps(report, indent=1))
    pathlib.Path(a.output).with_suffix(".figures.json").write_text(json.dumps(report, indent=1) + "\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what", choices=["render", "train", "export"])
    ap.add_argument("--work", required=True, help="folder for the data set and the weights")
    ap.add_argument("--minutes", type=float, default=11)
    ap.add_argument("--steps", type=int, default=0, help="train so many steps instead of so many minutes")
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("-o", "--output", default="room-detector.onnx")
    a = ap.parse_args()
    {"render": render, "train": train, "export": export}[a.what](a)


if __name__ == "__main__":
    main()
