#!/usr/bin/env python3
"""Train the network of room_network.py on what room_data.py drew; leaves an earlier and a last set of weights.

    python train_room_tasks.py --work DIR --minutes 47 --start packages/registry-demo/models/room-detector/room-detector.onnx

The first convolutions, up to stride 8, begin as those of room-detector 1.0.0 and are left alone for the first fifth.
Both are running means over training: weights-1.0.0.pt taken at 3/4 of it, weights-1.1.0.pt at the end. The first half
sees the pictures at 224 x 224, which costs half as much. With --steps the schedule does not depend on the machine.
"""
import argparse
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

from room_network import JOINTS, PERSONS, RoomNet, anchors, corners, places
from room_scenes import KEYPOINTS
from train_room_detector import SIZE, assign, box_loss
from warm_start import warm_start

SMALL, BATCH, PEAK, MOST_MASKS = 224, 24, 2.5e-3, 128
SIGMAS = {"nose": .026, "shoulder": .079, "elbow": .072, "wrist": .062, "hip": .107, "knee": .087, "ankle": .089}
SIGMA = torch.tensor([SIGMAS[name.split("_")[-1]] for name in KEYPOINTS])
MIRRORED = [KEYPOINTS.index(n.replace("left", "?").replace("right", "left").replace("?", "right")) for n in KEYPOINTS]


def augment(rng, x, y, j, m):
    """Mirror, light and colour of a float batch 0..1."""
    flip = torch.from_numpy(rng.random(len(x)) < 0.5)
    x[flip], m[flip] = x[flip].flip(3), m[flip].flip(2)
    y, j = y.clone(), j.clone()
    turned = y[flip]
    turned[..., 1], turned[..., 3] = SIZE - y[flip][..., 3], SIZE - y[flip][..., 1]
    y[flip] = torch.where(turned[..., :1] >= 0, turned, y[flip])
    points = j[flip][:, :, MIRRORED]
    points[..., 0] = SIZE - points[..., 0]
    j[flip] = points
    gain = torch.from_numpy(rng.uniform(0.7, 1.3, (len(x), 1, 1, 1)) * rng.uniform(0.85, 1.15, (len(x), 3, 1, 1))).float()
    return (x * gain).clamp(0, 1), y, j, m


def resized(x, y, j, m, size):
    if size == SIZE:
        return x, y, j, m
    r = size / SIZE
    x = functional.interpolate(x, (size, size), mode="bilinear", align_corners=False, antialias=True)
    m = functional.interpolate(m[:, None].float(), (size // 4, size // 4), mode="nearest-exact")[:, 0].to(m.dtype)
    y, j = y.clone(), j.clone()
    y[..., 1:] *= r
    j[..., :2] *= r
    return x, y, j, m


def joint_loss(out, y, j, chosen, quality, owner, size):
    """Distance in box sizes, 1 - OKS and whether a joint is seen, for the anchors of persons."""
    batch, anchor = chosen
    row = owner[batch, anchor]
    person = (y[batch, row, 0] >= 0) & (y[batch, row, 0] < PERSONS)
    batch, anchor, row = batch[person], anchor[person], row[person]
    w = quality[batch, anchor]
    if not len(w):
        return out["place"].sum() * 0
    true, box = j[batch, row], y[batch, row, 1:]
    found = places(out["place"], size)[batch, anchor]
    known = (true[..., 2] > 0).float()
    area = ((box[:, 2:] - box[:, :2]).prod(-1)).clamp(min=16)[:, None]
    square = ((found - true[..., :2]) ** 2).sum(-1) / area
    miss = 1 - torch.exp(-square / 0.53 / 2 / (2 * SIGMA) ** 2)
    far = (square + 1e-6).sqrt()
    count = known.sum(1).clamp(min=1)
    place = (((miss + 4 * far) * known).sum(1) / count * w).sum() / w.sum().clamp(min=1)
    seen = functional.binary_cross_entropy_with_logits(out["seen"][batch, anchor], (true[..., 2] == 2).float(), reduction="none")
    return place + 0.5 * (seen.mean(1) * w).sum() / w.sum().clamp(min=1)


def mask_loss(out, y, m, chosen, owner, size):
    """BCE within the drawn box, each thing alike."""
    batch, anchor = chosen
    if len(batch) > MOST_MASKS:
        pick = torch.randperm(len(batch))[:MOST_MASKS]
        batch, anchor = batch[pick], anchor[pick]
    row = owner[batch, anchor]
    shape = out["prototype"].shape[2:]
    logits = torch.einsum("pc,pchw->phw", out["coefficient"][batch, anchor], out["prototype"][batch])
    true = (m[batch] == (row + 1)[:, None, None]).float()
    box = y[batch, row, 1:] / (size / shape[0])
    at = torch.arange(shape[0]) + 0.5
    inside = ((at[None] > box[:, 0:1]) & (at[None] < box[:, 2:3]))[:, None, :] & ((at[None] > box[:, 1:2]) & (at[None] < box[:, 3:4]))[:, :, None]
    each = functional.binary_cross_entropy_with_logits(logits, true, reduction="none") * inside
    return (each.sum((1, 2)) / inside.sum((1, 2)).clamp(min=4)).mean()


def losses(out, y, j, m, size):
    boxes = torch.cat(corners(out["box"], size), 2)
    target, positive, quality, owner = assign(anchors(size)[0], boxes, out["score"], y)
    chosen = positive.nonzero(as_tuple=True)
    return torch.stack([box_loss(boxes, out["score"], y, target, positive, quality, owner),
                        joint_loss(out, y, j, chosen, quality, owner, size), 2 * mask_loss(out, y, m, chosen, owner, size)])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--start", required=True, help="room-detector.onnx")
    ap.add_argument("--minutes", type=float, default=47)
    ap.add_argument("--steps", type=int, default=0, help="train so many steps instead of so many minutes")
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    torch.manual_seed(7)
    torch.set_num_threads(a.threads)
    rng, work = np.random.default_rng(7), pathlib.Path(a.work)
    x = np.load(work / "train-x.npy", mmap_mode="r")
    y, j, m = (torch.from_numpy(np.load(work / f"train-{key}.npy")) for key in "yjm")
    model = RoomNet().to(memory_format=torch.channels_last)
    warmed = torch.nn.Sequential(model.trunk.stem, model.trunk.p3)
    warm_start(warmed, a.start, ["/stem", "/p3"], torch.from_numpy(x[:64]).permute(0, 3, 1, 2).float().div_(255))
    print("parameters", sum(p.numel() for p in model.parameters()), flush=True)
    decay, rest = [p for p in model.parameters() if p.ndim > 1], [p for p in model.parameters() if p.ndim == 1]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}], PEAK)
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    start, step, order, mean, earlier = time.time(), 0, [], None, False
    while True:
        done = step / a.steps if a.steps else (time.time() - start) / 60 / a.minutes
        if done >= 0.75 and not earlier:
            torch.save(ema, work / "weights-1.0.0.pt")
            earlier = True
            print(f"weights-1.0.0.pt after {step} steps", flush=True)
        if done >= 1:
            break
        size = SMALL if done < 0.5 else SIZE
        warmed.requires_grad_(done >= 0.2)
        if len(order) < BATCH:
            order = list(rng.permutation(len(x)))
        pick = sorted(order.pop() for _ in range(BATCH))
        bx = torch.from_numpy(x[pick]).permute(0, 3, 1, 2).float().div_(255)
        bx, *truth = resized(*augment(rng, bx, y[pick], j[pick], m[pick]), size)
        for g in opt.param_groups:
            g["lr"] = PEAK * min(1, (step + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        with torch.autocast("cpu", torch.bfloat16):
            out = model(bx.contiguous(memory_format=torch.channels_last))
        parts = losses({k: v.float() for k, v in out.items()}, *truth, size)
        opt.zero_grad(set_to_none=True)
        parts.sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        opt.step()
        rate = min(0.997, (step + 1) / (step + 21))
        for k, v in model.state_dict().items():
            ema[k].mul_(rate).add_(v, alpha=1 - rate) if v.dtype.is_floating_point else ema[k].copy_(v)
        mean = parts.detach() if mean is None else 0.98 * mean + 0.02 * parts.detach()
        step += 1
        if step % 50 == 0:
            shown = " ".join(f"{name} {float(v):.3f}" for name, v in zip(("box", "joint", "mask"), mean))
            print(f"step {step} at {size} {shown} minutes {(time.time() - start) / 60:.2f}", flush=True)
    torch.save(ema, work / "weights-1.1.0.pt")
    print(f"weights-1.1.0.pt after {step} steps", flush=True)


if __name__ == "__main__":
    main()
