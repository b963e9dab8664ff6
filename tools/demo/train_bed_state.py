#!/usr/bin/env python3
"""Train the classifier of bed views (room_scenes.bed_view) and export it to ONNX: logits [N, 5], any batch size.

    python train_bed_state.py render --work DIR                 # once: 9600 + 400 views
    python train_bed_state.py train  --work DIR --steps 2800    # leaves bed-1.0.0.pt (half way) and bed-1.1.0.pt

Input: the middle square of the picture at 112 x 112 (shorter side first, cv2.INTER_LINEAR), RGB, 0..1, less MEAN, over STD.
"""
import argparse
import multiprocessing
import pathlib
import time

import cv2
import numpy as np

import room_scenes

SIDE, TRAIN, VALID, VALID_SEED, BATCH, PEAK = 112, 9600, 400, 1_000_000, 48, 3e-3
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def middle(bgr):
    """The shorter side to SIDE, then the middle; RGB. As torchvision's Resize and CenterCrop, but OpenCV's bilinear."""
    h, w = bgr.shape[:2]
    r = max(SIDE / w, SIDE / h)
    nw, nh = max(SIDE, round(w * r)), max(SIDE, round(h * r))
    x, y = round((nw - SIDE) / 2), round((nh - SIDE) / 2)
    return np.ascontiguousarray(cv2.resize(bgr, (nw, nh), interpolation=cv2.INTER_LINEAR)[y:y + SIDE, x:x + SIDE, ::-1])


def tensor(rgb):
    """[.., SIDE, SIDE, 3] bytes to the network's input."""
    return np.ascontiguousarray(np.moveaxis((np.float32(rgb) / 255 - MEAN) / STD, -1, -3), dtype=np.float32)


def sample(seed):
    cv2.setNumThreads(1)
    width, height = [(256, 192), (240, 180), (224, 224), (288, 162), (320, 240)][seed % 5]
    img, state = room_scenes.bed_view(seed, width, height)
    return middle(img), state


def render(a):
    work = pathlib.Path(a.work)
    work.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(a.threads) as pool:
        for name, first, count in (("valid", VALID_SEED, VALID), ("train", 0, TRAIN)):
            pairs = pool.map(sample, range(first, first + count), 50)
            np.save(work / f"bed-{name}-x.npy", np.stack([p[0] for p in pairs]))
            np.save(work / f"bed-{name}-y.npy", np.array([p[1] for p in pairs]))


def network():
    from torch import nn

    from room_network import Block, conv
    body = [conv(3, 12, 3, 2), conv(12, 24, 3, 2), Block(24), conv(24, 40, 3, 2), Block(40), conv(40, 64, 3, 2), Block(64)]
    return nn.Sequential(*body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, len(room_scenes.BED_STATES)))


def train(a):
    import torch
    from torch.nn import functional
    torch.manual_seed(7)
    torch.set_num_threads(a.threads)
    rng, work = np.random.default_rng(7), pathlib.Path(a.work)
    x, y = np.load(work / "bed-train-x.npy"), torch.from_numpy(np.load(work / "bed-train-y.npy"))
    model = network().to(memory_format=torch.channels_last)
    print("parameters", sum(p.numel() for p in model.parameters()), flush=True)
    opt = torch.optim.AdamW(model.parameters(), PEAK, weight_decay=0.02)
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    start, order, mean = time.time(), [], None
    for step in range(a.steps):
        if len(order) < BATCH:
            order = list(rng.permutation(len(x)))
        pick = [order.pop() for _ in range(BATCH)]
        light = rng.uniform(0.75, 1.25, (BATCH, 1, 1, 1)) * rng.uniform(0.85, 1.15, (BATCH, 1, 1, 3))
        pictures = x[pick] * light.astype(np.float32)
        mirrored = rng.random(BATCH) < 0.5
        pictures[mirrored] = pictures[mirrored, :, ::-1]
        dx, dy = rng.integers(-8, 9, 2)
        pictures = np.roll(pictures.clip(0, 255), (dy, dx), (1, 2))
        for g in opt.param_groups:
            g["lr"] = PEAK * min(1, (step + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * step / a.steps)) + 1e-5
        bx = torch.from_numpy(tensor(pictures)).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(bx)
        value = functional.cross_entropy(logits.float(), y[pick], label_smoothing=0.05)
        opt.zero_grad(set_to_none=True)
        value.backward()
        opt.step()
        rate = min(0.995, (step + 1) / (step + 21))
        for k, v in model.state_dict().items():
            ema[k].mul_(rate).add_(v, alpha=1 - rate) if v.dtype.is_floating_point else ema[k].copy_(v)
        mean = float(value) if mean is None else 0.98 * mean + 0.02 * float(value)
        if step % 100 == 99:
            print(f"step {step + 1} loss {mean:.3f} minutes {(time.time() - start) / 60:.2f}", flush=True)
        if step + 1 == a.steps // 2:
            torch.save(ema, work / "bed-1.0.0.pt")
    torch.save(ema, work / "bed-1.1.0.pt")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what", choices=["render", "train"])
    ap.add_argument("--work", required=True)
    ap.add_argument("--steps", type=int, default=2800)
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    {"render": render, "train": train}[a.what](a)


if __name__ == "__main__":
    main()
