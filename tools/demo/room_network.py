"""One small network for boxes, joints and masks of drawn rooms, and the parts of it that are exported.

`RoomNet` is trained whole; `Part(net, task)` holds what a task needs and answers in YOLOv8's layouts (input pixels):
detect 1 x (4 + 4) x anchors; pose 1 x (4 + 3 + 13 * 3) x anchors, for persons only; segment 1 x (4 + 4 + 16) x anchors
and 1 x 16 x H/4 x W/4, a mask being coefficients x prototypes > 0 within the box.
"""
import functools

import numpy as np
import torch
from torch import nn

from room_scenes import KEYPOINTS, NAMES
from train_room_detector import STRIDES

WIDTHS, NECK, JOINT_WIDTH, MASKS, PERSONS = (48, 56, 64), 40, 64, 16, 3
JOINTS = len(KEYPOINTS)
up = functools.partial(nn.functional.interpolate, scale_factor=2.0, mode="nearest")


def conv(i, o, k=3, s=1):
    return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o, momentum=0.05), nn.ReLU(True))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.f = nn.Sequential(conv(c, c // 2, 1), conv(c // 2, c))

    def forward(self, x):
        return x + self.f(x)


class Trunk(nn.Module):
    """Features at strides 8, 16 and 32, mixed downwards and upwards."""

    def __init__(self):
        super().__init__()
        a, b, c = WIDTHS
        self.stem = nn.Sequential(conv(3, 12, 3, 2), conv(12, 24, 3, 2), Block(24))
        self.p3 = nn.Sequential(conv(24, a, 3, 2), Block(a), Block(a))
        self.p4 = nn.Sequential(conv(a, b, 3, 2), Block(b), Block(b))
        self.p5 = nn.Sequential(conv(b, c, 3, 2), Block(c))
        self.lat = nn.ModuleList([conv(w, NECK, 1) for w in WIDTHS])
        self.mix = nn.ModuleList([conv(NECK, NECK) for _ in range(2)])
        self.down = nn.ModuleList([conv(NECK, NECK, 3, 2) for _ in range(2)])

    def forward(self, x):
        fine = self.stem(x)
        a = self.p3(fine)
        b = self.p4(a)
        c = self.lat[2](self.p5(b))
        b = self.mix[1](self.lat[1](b) + up(c))
        a = self.mix[0](self.lat[0](a) + up(b))
        b = b + self.down[0](a)
        return a, b, c + self.down[1](b)


class Head(nn.Module):
    """A tower at each stride, then one 1 x 1 convolution for each kind of output: kinds never share a scale."""

    def __init__(self, width=NECK, **kinds):
        super().__init__()
        self.tower = nn.ModuleList([conv(NECK, width) for _ in STRIDES])
        self.last = nn.ModuleDict({k: nn.ModuleList([nn.Conv2d(width, n, 1) for _ in STRIDES]) for k, n in kinds.items()})

    def forward(self, levels):
        ready = [tower(x) for tower, x in zip(self.tower, levels)]
        return {kind: torch.cat([last(x).flatten(2) for last, x in zip(lasts, ready)], 2).transpose(1, 2)
                for kind, lasts in self.last.items()}


def prototypes():
    return nn.Sequential(conv(NECK, 32, 1), nn.Upsample(scale_factor=2.0, mode="nearest"), conv(32, 32), nn.Conv2d(32, MASKS, 1))


@functools.lru_cache(None)
def anchors(size):
    """Centres [N, 2] and strides [N, 1] of the anchors of a square picture."""
    grids = [(np.stack(np.meshgrid(np.arange(size // s), np.arange(size // s)), -1).reshape(-1, 2) + 0.5) * s for s in STRIDES]
    strides = np.concatenate([np.full((size // s) ** 2, s) for s in STRIDES])
    return torch.tensor(np.concatenate(grids), dtype=torch.float32), torch.tensor(strides, dtype=torch.float32)[:, None]


def corners(raw, size):
    centre, scale = anchors(size)
    far = nn.functional.softplus(raw) * scale * 2  # left, top, right, bottom
    return centre - far[..., :2], centre + far[..., 2:]


def places(raw, size):
    """Joints [.., N, JOINTS, 2] in input pixels."""
    centre, scale = anchors(size)
    return raw.reshape(-1, len(centre), JOINTS, 2) * scale[:, None] * 2 + centre[:, None]


class RoomNet(nn.Module):
    def __init__(self, joint_width=NECK):
        super().__init__()
        self.trunk = Trunk()
        self.boxes = Head(box=4, score=len(NAMES), coefficient=MASKS)
        self.joints = Head(joint_width, place=JOINTS * 2, seen=JOINTS)
        self.prototypes = prototypes()
        for last in self.boxes.last["score"]:
            nn.init.constant_(last.bias, -4.6)
        for last in self.boxes.last["box"]:
            nn.init.constant_(last.bias, 0.7)

    def forward(self, x):
        levels = self.trunk(x)
        return {**self.boxes(levels), **self.joints(levels), "prototype": self.prototypes(levels[0])}


class Part(nn.Module):
    def __init__(self, net, task, size):
        super().__init__()
        self.net, self.task, self.size = net, task, size

    def forward(self, x):
        net, levels = self.net, self.net.trunk(x)
        found = net.boxes(levels)
        low, high = corners(found["box"], self.size)
        classes = PERSONS if self.task == "pose" else len(NAMES)
        rows = [(low + high) / 2, high - low, found["score"][..., :classes].sigmoid()]
        if self.task == "pose":
            joints = net.joints(levels)
            point = torch.cat([places(joints["place"], self.size), joints["seen"].sigmoid()[..., None]], -1)
            rows.append(point.reshape(-1, len(low[0]), JOINTS * 3))
        if self.task == "segment":
            rows.append(found["coefficient"])
        output = torch.cat(rows, 2).transpose(1, 2)
        return (output, net.prototypes(levels[0])) if self.task == "segment" else output
