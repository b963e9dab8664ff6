#!/usr/bin/env python3
"""Draw the data set of the room models: boxes, joints and masks of room_scenes.py in 320 x 320 letterboxed pictures.

    python room_data.py --work DIR [--threads 2]

Writes train-*.npy and valid-*.npy: x pictures (RGB), y rows class, x1, y1, x2, y2 (class -1: none), j joints x, y, v
for each row, m which row a cell of 4 x 4 pixels mostly shows (0: none, n: row n - 1); valid-full.npy is m for each pixel.
"""
import argparse
import multiprocessing
import pathlib

import cv2
import numpy as np

import room_scenes
from train_room_detector import MAX_BOXES, SIZE, VALID, VALID_SEED, letterbox

TRAIN, CELL = 12800, 4
JOINTS = len(room_scenes.KEYPOINTS)


def sample(seed):
    cv2.setNumThreads(1)
    img, labels, joints, masks = room_scenes.annotated_scene(seed)
    labels, joints, masks = labels[:MAX_BOXES], joints[:MAX_BOXES], masks[:MAX_BOXES]
    h, w = img.shape[:2]
    r = min(SIZE / w, SIZE / h)
    nw, nh = round(w * r), round(h * r)
    dx, dy = (SIZE - nw) // 2, (SIZE - nh) // 2
    img, labels = letterbox(img, labels)
    rows, points = np.full((MAX_BOXES, 5), -1, np.float32), np.zeros((MAX_BOXES, JOINTS, 3), np.float32)
    rows[:len(labels)] = labels
    points[:len(joints)] = joints
    points[..., :2] = points[..., :2] * r + [dx, dy]
    full, cells = np.zeros((SIZE, SIZE), np.uint8), np.zeros((SIZE // CELL,) * 2, np.uint8)
    for number, mask in enumerate(masks, 1):
        sized = cv2.resize(mask.astype(np.float32), (nw, nh), interpolation=cv2.INTER_AREA)
        place = np.zeros((SIZE, SIZE), np.float32)
        place[dy:dy + nh, dx:dx + nw] = sized
        full[place > 0.5] = number
        cells[place.reshape(SIZE // CELL, CELL, SIZE // CELL, CELL).mean((1, 3)) > 0.5] = number
    return np.ascontiguousarray(img[:, :, ::-1]), rows, points, cells, full


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", required=True)
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    work = pathlib.Path(a.work)
    work.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(a.threads) as pool:
        for name, first, count in (("valid", VALID_SEED, VALID), ("train", 0, TRAIN)):
            x = np.lib.format.open_memmap(work / f"{name}-x.npy", "w+", np.uint8, (count, SIZE, SIZE, 3))
            rest = []
            for i, (picture, *labels, full) in enumerate(pool.imap(sample, range(first, first + count), 32)):
                x[i] = picture
                rest.append(labels + [full] if name == "valid" else labels)
            x.flush()
            for key, values in zip(("y", "j", "m", "full"), zip(*rest)):
                np.save(work / f"{name}-{key}.npy", np.stack(values))


if __name__ == "__main__":
    main()
