#!/usr/bin/env python3
"""Train the whole network on for joints, from the head that refit_joints.py left: joints-1.0.0.pt to joints-1.1.0.pt.

    python train_room_pose.py --work DIR --minutes 11

At 320 x 320, boxes as before, joints with three times the weight, no masks. Leaves a running mean.
"""
import argparse
import pathlib
import time

import numpy as np
import torch

from room_network import JOINT_WIDTH, RoomNet, anchors, corners
from train_room_detector import SIZE, assign, box_loss
from train_room_tasks import BATCH, augment, joint_loss
from warm_start import fit_norms

PEAK, WEIGHT = 1.2e-3, 3


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--minutes", type=float, default=11)
    ap.add_argument("--steps", type=int, default=0, help="train so many steps instead of so many minutes")
    ap.add_argument("--threads", type=int, default=1)
    a = ap.parse_args()
    torch.manual_seed(8)
    torch.set_num_threads(a.threads)
    rng, work = np.random.default_rng(8), pathlib.Path(a.work)
    x = np.load(work / "train-x.npy", mmap_mode="r")
    y, j = (torch.from_numpy(np.load(work / f"train-{key}.npy")) for key in "yj")
    model = RoomNet(JOINT_WIDTH)
    model.load_state_dict(torch.load(work / "joints-1.0.0.pt", weights_only=True))
    with torch.no_grad():
        levels = model.eval().trunk(torch.from_numpy(x[:64]).permute(0, 3, 1, 2).float().div_(255))
    fit_norms(model.joints, [tower[1].bias.data.clone() for tower in model.joints.tower], levels)
    model.train().to(memory_format=torch.channels_last)
    parts = [model.trunk, model.boxes, model.joints]
    parameters = [p for part in parts for p in part.parameters()]
    opt = torch.optim.AdamW([{"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.02},
                             {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0}], PEAK)
    ema = {k: v.clone() for k, v in model.state_dict().items()}
    start, step, order, mean = time.time(), 0, [], None
    while True:
        done = step / a.steps if a.steps else (time.time() - start) / 60 / a.minutes
        if done >= 1:
            break
        if len(order) < BATCH:
            order = list(rng.permutation(len(x)))
        pick = sorted(order.pop() for _ in range(BATCH))
        bx = torch.from_numpy(x[pick]).permute(0, 3, 1, 2).float().div_(255)
        bx, by, bj, _ = augment(rng, bx, y[pick], j[pick], torch.zeros(len(bx), 1, 1))
        for g in opt.param_groups:
            g["lr"] = PEAK * min(1, (step + 1) / 40) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        with torch.autocast("cpu", torch.bfloat16):
            levels = model.trunk(bx.contiguous(memory_format=torch.channels_last))
            out = {**model.boxes(levels), **model.joints(levels)}
        out = {k: v.float() for k, v in out.items()}
        boxes = torch.cat(corners(out["box"], SIZE), 2)
        target, positive, quality, owner = assign(anchors(SIZE)[0], boxes, out["score"], by)
        each = torch.stack([box_loss(boxes, out["score"], by, target, positive, quality, owner),
                            joint_loss(out, by, bj, positive.nonzero(as_tuple=True), quality, owner, SIZE)])
        opt.zero_grad(set_to_none=True)
        (each[0] + WEIGHT * each[1]).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 10)
        opt.step()
        step += 1
        rate = min(0.997, step / (step + 20))
        for k, v in model.state_dict().items():
            ema[k].mul_(rate).add_(v, alpha=1 - rate) if v.dtype.is_floating_point else ema[k].copy_(v)
        mean = each.detach() if mean is None else 0.98 * mean + 0.02 * each.detach()
        if step % 25 == 0:
            print(f"step {step} box {float(mean[0]):.3f} joint {float(mean[1]):.3f} minutes {(time.time() - start) / 60:.2f}", flush=True)
    print("steps", step, flush=True)
    torch.save(ema, work / "joints-1.1.0.pt")


if __name__ == "__main__":
    main()
