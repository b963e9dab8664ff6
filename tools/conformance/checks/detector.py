"""A real detector: what comes over HTTP is what ONNX Runtime makes of the same tensor without a server."""

import json
import pathlib

import numpy as np

from .context import same, tensor


def run(c, folder):
    folder = pathlib.Path(folder)
    golden = json.loads((folder / "golden.json").read_text())
    image = np.fromfile(folder / golden["input"]["file"], np.float32).reshape(golden["input"]["shape"])
    for binary in (True, False):
        with c.check(f"detector: {golden['model']} answers as without a server, {'binary' if binary else 'JSON'} in"):
            answer = c.client.infer(golden["model"], [tensor(golden["input"]["name"], image, binary=binary)])
            same([one["name"] for one in answer.get_response()["outputs"]], [one["name"] for one in golden["outputs"]], "outputs")
            for output in golden["outputs"]:
                expected = np.fromfile(folder / output["file"], np.float32).reshape(output["shape"])
                np.testing.assert_allclose(answer.as_numpy(output["name"]), expected, rtol=1e-5, atol=1e-5)
                assert np.ptp(expected) > 0, "the detector says the same everywhere"
