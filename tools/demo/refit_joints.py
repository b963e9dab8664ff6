#!/usr/bin/env python3
"""Train a wider head for joints on the features of the trained network, which stays as it is.

    python refit_joints.py --work DIR

The joints' loss looks at few anchors, so the 3 x 3 features around those are kept and the head is trained on them alone:
thousands of steps in seconds. Reads weights-1.1.0.pt, leaves joints-1.0.0.pt.
"""
import argparse
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

from room_network import JOINTS, JOINT_WIDTH, NECK, PERSONS, RoomNet, anchors, corners
from train_room_detector import SIZE, STRIDES, assign
from train_room_tasks import BATCH, SIGMA, augment

LEVEL = np.concatenate([np.full((SIZE // s) ** 2, i) for i, s in enumerate(STRIDES)])


def samples(model, rng, x, y, j):
    """Of one batch, for every anchor of a person: features, level, weight, joints in strides from its centre, v, box size in strides."""
    centre, scale = anchors(SIZE)
    bx = torch.from_numpy(x).permute(0, 3, 1, 2).float().div_(255)
    bx, y, j, _ = augment(rng, bx, y, j, torch.zeros(len(bx), 1, 1))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        levels = model.trunk(bx.contiguous(memory_format=torch.channels_last))
        found = model.boxes(levels)
    boxes = torch.cat(corners(found["box"].float(), SIZE), 2)
    _, positive, quality, owner = assign(centre, boxes, found["score"].float(), y)
    batch, anchor = positive.nonzero(as_tuple=True)
    row = owner[batch, anchor]
    person = (y[batch, row, 0] >= 0) & (y[batch, row, 0] < PERSONS)
    batch, anchor, row = batch[person], anchor[person], row[person]
    around = torch.cat([functional.unfold(f.float(), 3, padding=1) for f in levels], 2)[batch, :, anchor]
    true, box, stride = j[batch, row], y[batch, row, 1:], scale[anchor]
    offset = (true[..., :2] - centre[anchor][:, None]) / stride[:, None]
    size = (box[:, 2:] - box[:, :2]).prod(-1).clamp(min=16).sqrt()[:, None] / stride
    return around.half(), torch.from_numpy(LEVEL)[anchor], quality[batch, anchor], offset, true[..., 2], size[:, 0]


def head_loss(place, seen, weight, offset, known, size):
    """As train_room_tasks.joint_loss."""
    square = ((place.unflatten(1, (JOINTS, 2)) * 2 - offset) ** 2).sum(-1) / size[:, None] ** 2
    miss, far = 1 - torch.exp(-square / 0.53 / 2 / (2 * SIGMA) ** 2), (square + 1e-6).sqrt()
    there = (known > 0).float()
    each = ((miss + 4 * far) * there).sum(1) / there.sum(1).clamp(min=1)
    sight = functional.binary_cross_entropy_with_logits(seen, (known == 2).float(), reduction="none").mean(1)
    return ((each + 0.5 * sight) * weight).sum() / weight.sum()


def written(model, heads):
    """The network's weights with these heads in place of its own; their batch norms only add the bias."""
    state = model.state_dict()
    for i, (w, b, place, place_bias, seen, seen_bias) in enumerate(heads):
        norm = f"joints.tower.{i}.1."
        state[f"joints.tower.{i}.0.weight"] = w.detach().clone().reshape(JOINT_WIDTH, NECK, 3, 3)
        state[norm + "weight"], state[norm + "bias"] = torch.full_like(b, (1 + 1e-5) ** 0.5).detach(), b.detach().clone()
        state[norm + "running_mean"], state[norm + "running_var"] = torch.zeros(JOINT_WIDTH), torch.ones(JOINT_WIDTH)
        for kind, weight, bias in (("place", place, place_bias), ("seen", seen, seen_bias)):
            state[f"joints.last.{kind}.{i}.weight"] = weight.detach().clone()[:, :, None, None]
            state[f"joints.last.{kind}.{i}.bias"] = bias.detach().clone()
    return state


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--pictures", type=int, default=8160)
    ap.add_argument("--steps", type=int, default=5000)
    ap.add_argument("--threads", type=int, default=1)
    a = ap.parse_args()
    torch.manual_seed(7)
    torch.set_num_threads(a.threads)
    rng, work, start = np.random.default_rng(7), pathlib.Path(a.work), time.time()
    x = np.load(work / "train-x.npy", mmap_mode="r")
    y, j = (torch.from_numpy(np.load(work / f"train-{key}.npy")) for key in "yj")
    model = RoomNet(JOINT_WIDTH)
    known = torch.load(work / "weights-1.1.0.pt", weights_only=True)
    model.load_state_dict({k: v for k, v in known.items() if not k.startswith("joints.")}, strict=False)
    model.eval().to(memory_format=torch.channels_last)
    kept = [samples(model, rng, x[i:i + BATCH], y[i:i + BATCH], j[i:i + BATCH]) for i in range(0, a.pictures, BATCH)]
    data = [torch.cat(parts) for parts in zip(*kept)]
    print("anchors", [int((data[1] == i).sum()) for i in range(len(STRIDES))], f"minutes {(time.time() - start) / 60:.2f}", flush=True)
    heads = []
    for _ in STRIDES:
        shapes = [(JOINT_WIDTH, NECK * 9), (JOINT_WIDTH,), (JOINTS * 2, JOINT_WIDTH), (JOINTS * 2,), (JOINTS, JOINT_WIDTH), (JOINTS,)]
        heads.append([(torch.randn(s) * (2 / s[-1]) ** 0.5 if len(s) > 1 else torch.zeros(s)).requires_grad_() for s in shapes])
    opt, of_level = torch.optim.AdamW([p for h in heads for p in h], 3e-3, weight_decay=0.01), [(data[1] == i).nonzero()[:, 0] for i in range(len(STRIDES))]
    share, mean = [len(o) / len(data[1]) for o in of_level], None
    for step in range(a.steps):
        for g in opt.param_groups:
            g["lr"] = 3e-3 * min(1, (step + 1) / 100) * (0.5 + 0.5 * np.cos(np.pi * step / a.steps)) + 1e-6
        total = 0
        for (w, b, place, place_bias, seen, seen_bias), rows, part in zip(heads, of_level, share):
            pick = rows[torch.from_numpy(rng.integers(0, len(rows), max(32, int(1024 * part))))]
            hidden = functional.relu(functional.linear(data[0][pick].float(), w, b))
            outputs = functional.linear(hidden, place, place_bias), functional.linear(hidden, seen, seen_bias)
            total = total + part * head_loss(*outputs, *(d[pick] for d in data[2:]))
        opt.zero_grad(set_to_none=True)
        total.backward()
        opt.step()
        mean = float(total) if mean is None else 0.98 * mean + 0.02 * float(total)
        if step % 250 == 249:
            print(f"step {step + 1} loss {mean:.3f} minutes {(time.time() - start) / 60:.2f}", flush=True)
    torch.save(written(model, heads), work / "joints-1.0.0.pt")


if __name__ == "__main__":
    main()
