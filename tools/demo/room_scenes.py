"""Draws rooms with people and beds, with exact labels. Needs numpy and OpenCV only.

Everything is placed in a small 3-D room and projected by a pinhole camera; bodies are
capsules between joints, furniture is made of boxes. Deterministic by seed: `scene` gives
boxes, `annotated_scene` the same picture with joints and masks, `bed_view` one bed as a
camera at its foot sees it, with what goes on there.
"""
import cv2
import numpy as np

NAMES = ["person_standing", "person_sitting", "person_lying", "bed"]
STANDING, SITTING, LYING, BED = range(4)
# The joints that bodies are drawn from, by their COCO names; of COCO's face only the nose has a place.
SIDES = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle"]
KEYPOINTS = ["nose"] + [f"{side}_{joint}" for joint in SIDES for side in ("left", "right")]
BED_STATES = ["empty", "lying_in_bed", "sitting_on_bed", "standing_beside_bed", "lying_on_floor"]
SHIFT = 3  # OpenCV sub-pixel bits


class Thing:
    """Something with a label: its class, all pixels it covers (hidden or not) and, of a person, the joints."""

    def __init__(self, cls, shape):
        self.cls, self.own, self.cover = cls, np.zeros(shape, np.uint8), None
        self.joints = np.zeros((len(KEYPOINTS), 2), np.float32)


class Camera:
    def __init__(self, rng, width, height):
        self.size = width, height
        self.f = max(width, height) * rng.uniform(0.62, 0.95)
        self.eye = np.array([0, rng.uniform(1.3, 2.5), 0])
        pitch = np.arctan((self.eye[1] - 0.75) / rng.uniform(3.2, 5.0))
        roll = rng.normal(0, 0.02)
        c, s = np.cos(pitch), np.sin(pitch)
        tilt = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
        c, s = np.cos(roll), np.sin(roll)
        self.rot = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ tilt

    def depth(self, p):
        return ((np.atleast_2d(p) - self.eye) @ self.rot.T)[:, 2]

    def __call__(self, points):
        """Pixel positions and scale (pixels a metre) of world points."""
        q = (np.atleast_2d(points) - self.eye) @ self.rot.T
        z = np.maximum(q[:, 2], 0.2)
        w, h = self.size
        uv = np.stack([w / 2 + self.f * q[:, 0] / z, h / 2 - self.f * q[:, 1] / z], 1)
        return np.clip(uv, -4000, 4000), self.f / z


class Canvas:
    """A colour picture and, for every labelled thing, the pixels it covers."""

    def __init__(self, rng, camera):
        self.rng, self.cam = rng, camera
        w, h = camera.size
        self.img = np.zeros((h, w, 3), np.uint8)
        self.ids = np.zeros((h, w), np.uint8)
        self.thing, self.label, self.things = None, 0, []

    def begin(self, cls):
        self.thing = Thing(cls, self.ids.shape)
        self.things.append(self.thing)
        self.label = len(self.things)
        return self.thing

    def end(self):
        self.thing, self.label = None, 0

    def layers(self):
        """What drawing changes: picture, labels, and the masks of the thing under way."""
        found = [(self.ids, self.label)]
        if self.thing is not None:
            found += [(mask, 1) for mask in (self.thing.own, self.thing.cover) if mask is not None]
        return found

    def poly(self, points, colour):
        if (self.cam.depth(points) < 0.25).any():
            return
        uv, _ = self.cam(points)
        pts = np.round(uv * (1 << SHIFT)).astype(np.int32)
        cv2.fillPoly(self.img, [pts], colour, cv2.LINE_AA, SHIFT)
        for mask, value in self.layers():
            cv2.fillPoly(mask, [pts], value, cv2.LINE_8, SHIFT)

    def capsule(self, a, b, ra, rb, colour):
        if (self.cam.depth([a, b]) < 0.25).any():
            return
        uv, k = self.cam([a, b])
        r = np.maximum(np.array([ra, rb]) * k, 0.8)
        d = uv[1] - uv[0]
        n = np.array([-d[1], d[0]]) / (np.hypot(*d) + 1e-6)
        quad = np.round(np.array([uv[0] + n * r[0], uv[1] + n * r[1], uv[1] - n * r[1],
                                  uv[0] - n * r[0]]) * (1 << SHIFT)).astype(np.int32)
        layers = [(self.img, colour, cv2.LINE_AA)] + [(*layer, cv2.LINE_8) for layer in self.layers()]
        for image, value, line in layers:
            cv2.fillPoly(image, [quad], value, line, SHIFT)
            for p, q in zip(uv, r):
                cv2.circle(image, tuple(int(v) for v in np.round(p * (1 << SHIFT))),
                           int(round(q * (1 << SHIFT))), value, -1, line, SHIFT)

    def box(self, centre, half, yaw, colour, base=0.0, height=1.0):
        """A box on the floor (or at `base`), visible faces only, far to near."""
        c, s = np.cos(yaw), np.sin(yaw)
        u, v = np.array([c, 0, s]), np.array([-s, 0, c])
        o = np.array([centre[0], base, centre[1]])
        low = [o + sx * half[0] * u + sy * half[1] * v for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        up = [p + np.array([0, height, 0]) for p in low]
        faces = [([low[i], low[(i + 1) % 4], up[(i + 1) % 4], up[i]], 0.62 + 0.12 * (i % 2)) for i in range(4)]
        faces.append((up, 1.0))
        faces.sort(key=lambda f: -np.linalg.norm(np.mean(f[0], 0) - self.cam.eye))
        for corners, light in faces:
            self.poly(np.array(corners), shade(colour, light))


def shade(colour, light):
    return tuple(float(np.clip(c * light, 0, 255)) for c in colour)


def colour_of(rng, dull=0.5):
    grey = rng.uniform(50, 230)
    return tuple(grey * dull + rng.uniform(20, 240, 3) * (1 - dull))


def skin_of(rng):
    return tuple(np.array([115, 150, 205]) * rng.uniform(0.35, 1.15) + rng.normal(0, 6, 3))


def skeleton(rng, pose, seat=0.45):
    """Joints in a body frame: x to the side, y up, z forward; metres."""
    n = lambda s: rng.normal(0, s)
    j = {}
    if pose == SITTING:
        lean, hip = rng.uniform(-0.15, 0.3), seat + 0.1
        for side, x in (("l", -1), ("r", 1)):
            j["hip" + side] = [x * 0.11, hip, 0]
            j["knee" + side] = [x * rng.uniform(0.08, 0.22), hip + n(0.03), 0.43]
            j["ankle" + side] = [x * rng.uniform(0.06, 0.2), max(0.07, hip - 0.47), 0.43 + n(0.1)]
            j["shoulder" + side] = [x * 0.19, hip + 0.5, lean]
        j["head"] = [n(0.03), hip + 0.75, lean * 1.35 + 0.03]
    else:
        gait = rng.uniform(-0.22, 0.22)
        bend = rng.uniform(0, 0.3) if pose == LYING else 0
        for side, x in (("l", -1), ("r", 1)):
            j["hip" + side] = [x * 0.1, 0.93, 0]
            j["knee" + side] = [x * 0.11, 0.5 + 0.1 * bend, x * gait * 0.6 + bend]
            j["ankle" + side] = [x * rng.uniform(0.06, 0.16), 0.08 + 0.5 * bend, x * gait]
            j["shoulder" + side] = [x * 0.19, 1.43, n(0.02)]
        j["head"] = [n(0.03), 1.65, n(0.03) + 0.02]
    for side, x in (("l", -1), ("r", 1)):
        s = np.array(j["shoulder" + side])
        if rng.random() < 0.2 and pose == STANDING:
            way = np.array([x * rng.uniform(0.1, 0.8), rng.uniform(-0.6, 0.9), rng.uniform(0, 0.8)])
        else:
            way = np.array([x * rng.uniform(0.05, 0.45), -1, rng.uniform(-0.2, 0.5 + 0.5 * (pose == SITTING))])
        elbow = s + 0.29 * way / np.linalg.norm(way)
        way = way + np.array([-x * rng.uniform(0, 0.6), rng.uniform(-0.2, 0.4), rng.uniform(0, 0.8)])
        j["elbow" + side], j["wrist" + side] = elbow, elbow + 0.26 * way / np.linalg.norm(way)
    return {k: np.array(v, float) for k, v in j.items()}


def person(canvas, pose, at, yaw, base=0.0, seat=0.45, roll=0.0, blanket=None):
    """Draw a person; `at` is the floor position, `base` the height of what carries a lying body."""
    rng = canvas.rng
    joints, k = skeleton(rng, pose, seat), rng.uniform(0.88, 1.08)
    c, s = np.cos(yaw), np.sin(yaw)

    def place(p):
        x, y, z = p
        if pose == LYING:  # feet towards yaw, belly up (or on the side)
            cr, sr = np.cos(roll), np.sin(roll)
            x, z = x * cr - z * sr, x * sr + z * cr
            x, y, z = x, 0.13 + max(z, -0.02), 0.87 - y
        if pose == SITTING:
            return np.array([at[0] + c * x * k + s * z * k, base + y, at[1] - s * x * k + c * z * k])
        return np.array([at[0] + (c * x + s * z) * k, base + y * (1 if pose == LYING else k), at[1] + (c * z - s * x) * k])

    j = {name: place(p) for name, p in joints.items()}
    skin, top, trousers, shoes = skin_of(rng), colour_of(rng, 0.3), colour_of(rng, 0.5), colour_of(rng, 0.8)
    hair = shade((70, 90, 120), rng.uniform(0.1, 2.0)) if rng.random() < 0.85 else skin
    fat, short = rng.uniform(0.9, 1.25), rng.random() < 0.4
    parts = []
    for q in "lr":
        bare = skin if rng.random() < 0.15 else trousers
        parts += [("hip" + q, "knee" + q, 0.085 * fat, 0.062 * fat, trousers),
                  ("knee" + q, "ankle" + q, 0.06 * fat, 0.045, bare),
                  ("ankle" + q, "toe" + q, 0.05, 0.04, shoes),
                  ("shoulder" + q, "elbow" + q, 0.058 * fat, 0.045, top),
                  ("elbow" + q, "wrist" + q, 0.043, 0.036, skin if short else top),
                  ("wrist" + q, "hand" + q, 0.042, 0.035, skin)]
        toe = joints["ankle" + q] + np.array([0, -0.03, 0.14])
        j["toe" + q] = place(toe)
        j["hand" + q] = place(joints["wrist" + q] + np.array([0, -0.05, 0.02]))
    mid_s, mid_h = (j["shoulderl"] + j["shoulderr"]) / 2, (j["hipl"] + j["hipr"]) / 2
    j["neck"], j["pelvis"] = mid_s, mid_h
    for i in (0.0, 0.5, 1.0):
        for q in "lr":
            j[f"s{i}{q}"] = j["shoulder" + q] * 0.75 + mid_s * 0.25
            j[f"h{i}{q}"] = j["hip" + q] * 0.8 + mid_h * 0.2
    parts += [("s0.0l", "h0.0l", 0.1 * fat, 0.1 * fat, top), ("s0.0r", "h0.0r", 0.1 * fat, 0.1 * fat, top),
              ("neck", "pelvis", 0.12 * fat, 0.12 * fat, top), ("neck", "head", 0.055, 0.055, skin)]
    thing = canvas.begin(pose)
    eye = canvas.cam.eye
    parts.sort(key=lambda p: -np.linalg.norm((j[p[0]] + j[p[1]]) / 2 - eye))
    light = rng.uniform(0.75, 1.1)
    for a, b, ra, rb, colour in parts:
        canvas.capsule(j[a], j[b], ra * k, rb * k, shade(colour, light * rng.uniform(0.92, 1.05)))
    up = (j["head"] - mid_s) / np.linalg.norm(j["head"] - mid_s)
    back = np.array([-s, 0, -c]) if pose != LYING else np.array([0, -1.0, 0])
    named = [j["head"] - back * 0.1 * k] + [j[joint + side] for joint in SIDES for side in "lr"]
    thing.joints[:] = canvas.cam(np.array(named))[0]
    head = [(j["head"] - up * 0.02, j["head"] + up * 0.03, 0.098, 0.105, skin),
            (j["head"] + up * 0.035 + back * 0.035, j["head"] + up * 0.02 + back * 0.05, 0.108, 0.1, hair)]
    head.sort(key=lambda p: -np.linalg.norm((p[0] + p[1]) / 2 - eye))
    for a, b, ra, rb, colour in head:
        canvas.capsule(a, b, ra * k, rb * k, shade(colour, light))
    if blanket is not None:
        thing.cover = np.zeros_like(thing.own)
        cover = rng.uniform(0.15, 0.9)
        start = mid_s * (1 - cover) + mid_h * cover
        feet = (j["anklel"] + j["ankler"]) / 2
        for off in (-0.16, 0, 0.16):
            side = np.array([c, 0, -s]) * off
            canvas.capsule(start + side, feet + side, 0.15, 0.13, shade(blanket, 0.9 + off * 0.5))
    canvas.end()


def bed(canvas, at, yaw, size, height):
    """Draw a bed; its head end points against `yaw`."""
    rng = canvas.rng
    w, l = size
    c, s = np.cos(yaw), np.sin(yaw)
    ahead = np.array([s, c])
    frame, sheet, spread = colour_of(rng, 0.6), tuple(rng.uniform(170, 250, 3)), colour_of(rng, 0.35)
    canvas.begin(BED)

    def block(centre, half, colour, base, high):
        canvas.box(centre, half, -yaw, colour, base, high)

    at = np.array(at)
    tasks = [(at - ahead * (l + 0.03), lambda p: block(p, (w, 0.04), frame, 0.0, height + rng.uniform(0.2, 0.5)))]
    if rng.random() < 0.6:
        foot = height + rng.uniform(-0.1, 0.3)
        tasks.append((at + ahead * (l + 0.03), lambda p: block(p, (w, 0.04), frame, 0.0, foot)))

    def body(p):
        block(p, (w, l), frame, 0.1, height - 0.28)
        block(p, (w, l), sheet, height - 0.2, 0.2)
        if rng.random() < 0.6:
            part = rng.uniform(0.3, 0.75)
            block(p + ahead * l * (1 - part), (w * 1.02, l * part), spread, height - 0.16, 0.2)
        for off in ((0,) if w < 0.6 else (-w * 0.5, w * 0.5)):
            q = p - ahead * (l - 0.25) + np.array([c, -s]) * off
            block(q, (min(w * 0.75, 0.35), 0.2), tuple(rng.uniform(190, 255, 3)), height, 0.1)

    tasks.append((at, body))
    tasks.sort(key=lambda t: -np.hypot(*t[0]))
    for where, draw in tasks:
        draw(where)
    canvas.end()
    return spread


def chair(canvas, at, yaw, seat):
    rng = canvas.rng
    wood, c, s = colour_of(rng, 0.5), np.cos(yaw), np.sin(yaw)
    at, back = np.array(at), np.array([-s, -c])
    draw = [(at, lambda: (canvas.box(at, (0.24, 0.22), -yaw, wood, 0.0 if rng.random() < 0.3 else seat - 0.08,
                                     0.08 if rng.random() < 0.7 else seat)))]
    legs = [at + (c * x + s * z) * np.array([1, 0]) + (c * z - s * x) * np.array([0, 1]) for x in (-.2, .2) for z in (-.2, .2)]
    for p in legs:
        canvas.capsule([p[0], 0, p[1]], [p[0], seat - 0.05, p[1]], 0.02, 0.02, shade(wood, 0.6))
    q = at + back * 0.24
    draw.append((q, lambda: canvas.box(q, (0.23, 0.03), -yaw, shade(wood, 0.9), seat, 0.45)))
    return draw


CHAIR, TABLE, LAMP, CUPBOARD = range(4)


def furniture(canvas, kind, at, yaw, colour, high):
    """Draw something without a label; `high` is for cupboards."""
    if kind == CHAIR:
        for _, draw in sorted(chair(canvas, at, yaw, 0.45), key=lambda t: -np.hypot(*t[0])):
            draw()
    elif kind == TABLE:
        for x in (-0.35, 0.35):
            canvas.capsule([at[0] + x, 0, at[1]], [at[0] + x, 0.7, at[1]], 0.03, 0.03, shade(colour, 0.6))
        canvas.box(at, (0.5, 0.32), yaw, colour, 0.7, 0.05)
    elif kind == LAMP:
        canvas.capsule([at[0], 0, at[1]], [at[0], 1.4, at[1]], 0.02, 0.02, shade(colour, 0.5))
        canvas.capsule([at[0], 1.4, at[1]], [at[0], 1.6, at[1]], 0.2, 0.12, colour)
    else:
        canvas.box(at, (0.35, 0.25), yaw, colour, 0, high)


def lie_in_bed(canvas, at, yaw, size, high, spread):
    rng = canvas.rng
    off = rng.uniform(-0.4, 0.4) * (size[0] - 0.3)
    place = at + np.array([np.cos(yaw), -np.sin(yaw)]) * off
    person(canvas, LYING, place, yaw + rng.normal(0, 0.1), base=high, roll=rng.choice([0, 1.2, -1.2], p=[.7, .15, .15]),
           blanket=spread if rng.random() < 0.45 else None)


def sit_on_bed(canvas, at, yaw, size, high):
    rng = canvas.rng
    side = rng.choice([-1, 1])
    place = at + np.array([np.cos(yaw), -np.sin(yaw)]) * side * (size[0] - 0.15) + np.array([np.sin(yaw), np.cos(yaw)]) * rng.uniform(-.5, .6)
    person(canvas, SITTING, place, yaw + side * np.pi / 2 + rng.normal(0, 0.2), seat=high)


def room(canvas, half, deep, high):
    rng, img = canvas.rng, canvas.img
    wall, floor = colour_of(rng, 0.75), colour_of(rng, 0.6)
    img[:] = shade(wall, 0.9)
    canvas.poly(np.array([[-half, 0, 0.9], [half, 0, 0.9], [half, 0, deep], [-half, 0, deep]]), floor)
    for x in (-half, half):
        canvas.poly(np.array([[x, 0, 0.9], [x, 0, deep], [x, high, deep], [x, high, 0.9]]), shade(wall, rng.uniform(0.7, 1)))
    canvas.poly(np.array([[-half, 0, deep], [half, 0, deep], [half, high, deep], [-half, high, deep]]), wall)
    if rng.random() < 0.5:  # boards or tiles
        for x in np.arange(-half, half, rng.uniform(0.15, 0.6)):
            canvas.capsule([x, 0, 1.2], [x, 0, deep], 0.006, 0.006, shade(floor, 0.8))
    if rng.random() < 0.3:
        canvas.poly(np.array([[x, 0.01, z] for x, z in
                    (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * rng.uniform(0.5, 1.3, 2) + [rng.uniform(-1, 1), 3.5])]), colour_of(rng))
    for _ in range(rng.integers(0, 4)):  # window, door, picture
        x, w, y, h = rng.uniform(-half, half * 0.8), rng.uniform(0.4, 1.3), rng.uniform(0, 1.4), rng.uniform(0.4, 2)
        for grow, colour in ((0.06, colour_of(rng, 0.7)), (0, colour_of(rng, 0.4))):
            canvas.poly(np.array([[x - grow, y - grow, deep], [x + w + grow, y - grow, deep],
                                  [x + w + grow, y + h + grow, deep], [x - grow, y + h + grow, deep]]), colour)


def shadow(canvas, at, size):
    """A soft dark patch on the floor."""
    uv, k = canvas.cam([at[0], 0.0, at[1]])
    patch = canvas.img.copy()
    axes = (max(1, int(size * k[0])), max(1, int(size * k[0] * 0.35)))
    cv2.ellipse(patch, (int(uv[0, 0]), int(uv[0, 1])), axes, 0, 0, 360, (20, 20, 20), -1, cv2.LINE_AA)
    canvas.img[:] = cv2.addWeighted(patch, 0.3, canvas.img, 0.7, 0)


def scene(seed, width=None, height=None):
    """Return (BGR picture, labels) with labels as rows class, x1, y1, x2, y2 in pixels."""
    return annotated_scene(seed, width, height)[:2]


def annotated_scene(seed, width=None, height=None):
    """As `scene`, and for each label joints [K, 3] (x, y, v: see `marked`) and the mask of its visible pixels."""
    rng = np.random.default_rng(seed)
    if width is None:
        width, height = [(480, 360), (480, 270), (400, 400), (360, 480)][rng.choice(4, p=[.45, .25, .2, .1])]
    cam = Camera(rng, width, height)
    cv = Canvas(rng, cam)
    half, deep = rng.uniform(2, 3.6), rng.uniform(4.5, 7.5)
    room(cv, half, deep, rng.uniform(2.3, 3.0))
    spots, tasks = [], []

    def spot(radius, tries=30):
        for _ in range(tries):
            z = rng.uniform(2.0, deep - 0.6)
            reach = min(half - 0.4, z * width / cam.f / 2 * 0.95)
            p = np.array([rng.uniform(-reach, reach), z])
            if all(np.hypot(*(p - q)) > radius + r for q, r in spots):
                spots.append((p, radius))
                return p
        return None

    def add(at, draw):
        tasks.append((np.hypot(at[0], at[1]), draw))

    for _ in range(rng.choice(3, p=[0.3, 0.58, 0.12])):
        at = spot(1.0)
        if at is None:
            continue
        yaw = rng.choice([0, 1, 2, 3]) * np.pi / 2 + rng.normal(0, 0.35)
        size, high = (rng.uniform(0.42, 0.85), rng.uniform(0.92, 1.08)), rng.uniform(0.4, 0.7)
        use = rng.random()

        def occupied(at=at, yaw=yaw, size=size, high=high, use=use):
            spread = bed(cv, at, yaw, size, high)
            if use < 0.4:
                lie_in_bed(cv, at, yaw, size, high, spread)
            elif use < 0.6:
                sit_on_bed(cv, at, yaw, size, high)

        add(at, occupied)
    for _ in range(rng.choice(4, p=[0.2, 0.45, 0.25, 0.1])):
        what = rng.choice([STANDING, SITTING, LYING], p=[0.46, 0.32, 0.22])
        at = spot(0.75 if what == LYING else 0.35)
        if at is None:
            continue
        yaw = rng.uniform(0, 2 * np.pi)
        if what == SITTING:
            seat = rng.uniform(0.4, 0.5)

            def seated(at=at, yaw=yaw, seat=seat):
                shadow(cv, at, 0.4)
                parts = chair(cv, at, yaw, seat)
                body = (at + np.array([np.sin(yaw), np.cos(yaw)]) * 0.06, lambda: person(cv, SITTING, at, yaw, seat=seat))
                for _, draw in sorted(parts + [body], key=lambda t: -np.hypot(*t[0])):
                    draw()

            add(at, seated)
        elif what == LYING:
            add(at, lambda at=at, yaw=yaw: (shadow(cv, at, 0.7), person(cv, LYING, at, yaw, roll=rng.choice([0, 1.2, -1.2]))))
        else:
            add(at, lambda at=at, yaw=yaw: (shadow(cv, at, 0.35), person(cv, STANDING, at, yaw)))
    for _ in range(rng.integers(0, 4)):  # furniture without a label
        kind = rng.integers(0, 4)
        at = spot(0.45)
        if at is None:
            continue
        yaw, colour = rng.uniform(0, np.pi), colour_of(rng, 0.5)
        high = rng.uniform(0.4, 1.9) if kind == CUPBOARD else 0
        add(at, lambda at=at, yaw=yaw, kind=kind, colour=colour, high=high: furniture(cv, kind, at, yaw, colour, high))
    for _, draw in sorted(tasks, key=lambda t: -t[0]):
        draw()
    labels, joints, masks = [], [], []
    for number, thing in enumerate(cv.things, 1):
        total, visible = int(thing.own.sum()), cv.ids == number
        if total < 60 or int(visible.sum()) < (0.35 if thing.cls != BED else 0.25) * total:
            continue
        x, y, w, h = cv2.boundingRect(thing.own)
        labels.append([thing.cls, x, y, x + w, y + h])
        joints.append(marked(thing, visible))
        masks.append(visible)
    return (finish(rng, cv.img), np.array(labels, np.float32).reshape(-1, 5),
            np.array(joints, np.float32).reshape(-1, len(KEYPOINTS), 3), np.array(masks, bool).reshape(-1, height, width))


def marked(thing, visible):
    """Joints as x, y, v with v as in COCO: 2 seen, 1 in the picture but covered, 0 outside (or a bed's)."""
    rows = np.zeros((len(KEYPOINTS), 3), np.float32)
    if thing.cls == BED:
        return rows
    h, w = visible.shape
    bare = visible if thing.cover is None else visible & (thing.cover == 0)
    for row, (x, y) in zip(rows, thing.joints):
        if 0 <= x < w and 0 <= y < h:
            row[:] = x, y, 2 if bare[int(y), int(x)] else 1
    return rows


def bed_view(seed, width=256, height=192):
    """Return (BGR picture, index into BED_STATES): one bed in the middle, at most one person in it, on it or beside it."""
    rng = np.random.default_rng(seed)
    cam = Camera(rng, width, height)
    cv = Canvas(rng, cam)
    half, deep = rng.uniform(2, 3.2), rng.uniform(4.8, 6.5)
    room(cv, half, deep, rng.uniform(2.3, 3.0))
    state = int(rng.integers(len(BED_STATES)))
    at, yaw = np.array([rng.uniform(-0.3, 0.3), rng.uniform(2.9, 3.7)]), rng.uniform(0, 2 * np.pi)
    size, high = (rng.uniform(0.42, 0.7), rng.uniform(0.92, 1.05)), rng.uniform(0.4, 0.7)
    across, along = np.array([np.cos(yaw), -np.sin(yaw)]), np.array([np.sin(yaw), np.cos(yaw)])

    def occupied():
        spread = bed(cv, at, yaw, size, high)
        if state == 1:
            lie_in_bed(cv, at, yaw, size, high, spread)
        elif state == 2:
            sit_on_bed(cv, at, yaw, size, high)

    tasks = [(at, occupied)]
    # Whoever is beside the bed stands clear of what the camera cannot see: not behind it.
    side = 1 if np.dot(across, at) < 0 else -1
    if state == 3:
        place = at + side * across * (size[0] + rng.uniform(0.3, 0.7)) + along * rng.uniform(-0.8, 0.8)
        tasks.append((place, lambda: (shadow(cv, place, 0.35), person(cv, STANDING, place, rng.uniform(0, 2 * np.pi)))))
    elif state == 4:
        place = at + side * across * (size[0] + rng.uniform(0.4, 0.7)) + along * rng.uniform(-0.4, 0.4)
        turn = yaw + rng.choice([0, np.pi]) + rng.normal(0, 0.35)
        tasks.append((place, lambda: (shadow(cv, place, 0.7), person(cv, LYING, place, turn, roll=rng.choice([0, 1.2, -1.2])))))
    for _ in range(rng.integers(0, 4)):
        kind, turn, colour = rng.integers(0, 4), rng.uniform(0, np.pi), colour_of(rng, 0.5)
        spot = np.array([rng.choice([-1, 1]) * rng.uniform(0.9, half), rng.uniform(2.6, deep - 0.5)])
        if all(np.hypot(*(spot - q)) > 1.5 for q, _ in tasks[:2]):
            tasks.append((spot, lambda at=spot, kind=kind, turn=turn, colour=colour, high=rng.uniform(0.4, 1.9): furniture(cv, kind, at, turn, colour, high)))
    for _, draw in sorted(tasks, key=lambda t: -np.hypot(*t[0])):
        draw()
    return finish(rng, cv.img), state


def finish(rng, img):
    """Light from one side, blur, noise."""
    h, w = img.shape[:2]
    a, b = rng.uniform(-0.3, 0.3, 2)
    light = rng.uniform(0.75, 1.15) + a * np.linspace(-1, 1, w)[None, :, None] + b * np.linspace(-1, 1, h)[:, None, None]
    grain = cv2.resize(rng.normal(0, rng.uniform(1, 9), (h // 3, w // 3)).astype(np.float32), (w, h))[:, :, None]
    out = img * light + grain + rng.normal(0, rng.uniform(1, 6), img.shape).astype(np.float32)
    out = np.clip(out, 0, 255).astype(np.uint8)
    return cv2.GaussianBlur(out, (0, 0), s) if (s := rng.uniform(0, 1.1)) > 0.35 else out
