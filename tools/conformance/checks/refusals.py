"""Requests that are wrong get an error that says what is, and the server lives on."""

import numpy as np
import tritonclient.http as triton

from .context import equal, refused, tensor, wanted
from .inference import SHAPE, form

IMAGE = np.zeros(SHAPE, np.float32)


def run(c):
    def infer(inputs, purpose="fp32", **options):
        return lambda: c.infer(purpose, inputs, **options)

    good = tensor("images", IMAGE, binary=True)
    for binary in (False, True):
        with c.check(f"refused: another shape, {form(binary)}"):
            refused(infer([tensor("images", np.zeros((1, 3, 16, 32), np.float32), binary=binary)]), 400, "shape")
        with c.check(f"refused: another number of dimensions, {form(binary)}"):
            refused(infer([tensor("images", np.zeros((3, 32, 32), np.float32), binary=binary)]), 400, "shape")
        for dtype in (np.float64, np.int64, np.bool_):
            with c.check(f"refused: {np.dtype(dtype).name} for FP32, {form(binary)}"):
                wrong = infer([tensor("images", np.zeros(SHAPE, dtype), binary=binary)])
                refused(wrong, 400, np.dtype(dtype).name)
        with c.check(f"refused: BYTES for FP32, {form(binary)}"):
            texts = np.full(SHAPE, b"\xc3\xa4", object)
            refused(infer([tensor("images", texts, binary=binary)]), 400, "string")
        with c.check(f"refused: an unknown input, {form(binary)}"):
            refused(infer([good, tensor("mask", IMAGE, binary=binary)]), 400, '"mask"')
    with c.check("refused: a missing input"):
        refused(infer([good], "int64"), 400, "orig_target_sizes")
    with c.check("refused: no input"):
        refused(infer([]), 400, "inputs")
    with c.check("refused: an input twice"):
        refused(infer([good, good]), 400, "twice")
    with c.check("refused: less data than the shape says"):
        short = triton.InferInput("images", list(SHAPE), "FP32")
        short.set_data_from_numpy(IMAGE)
        short._raw_data = short._raw_data[:-4]
        short._parameters["binary_data_size"] -= 4
        refused(infer([short]), 400, "bytes of binary data")
    with c.check("refused: a size that the body does not have"):
        long = triton.InferInput("images", list(SHAPE), "FP32")
        long.set_data_from_numpy(IMAGE)
        long._parameters["binary_data_size"] += 4
        refused(infer([long]), 400, "bytes are left")
    with c.check("refused: a shape of more elements than can be counted"):
        huge = triton.InferInput("images", [2**31, 2**31, 2**31, 3], "FP32")
        huge._data = [0.0]
        refused(infer([huge]), 400, "more elements")
    with c.check("refused: an unknown output"):
        refused(infer([good], outputs=wanted("boxes", binary=True)), 400, '"boxes"')
    with c.check("refused: BF16, which no backend has"):
        brain = triton.InferInput("images", list(SHAPE), "BF16")
        brain._raw_data = bytes(2 * IMAGE.size)
        brain._parameters["binary_data_size"] = len(brain._raw_data)
        refused(infer([brain]), 400, "datatype")
    with c.check("refused: FP16 in JSON, in and out"):
        half = tensor("images", IMAGE.astype(np.float16), binary=False)
        refused(infer([half], "fp16"), 400, "FP16")
        refused(infer([good], "datatypes", outputs=wanted("as_float16", binary=False)), 400, "FP16")
    with c.check("refused: infinite numbers in JSON"):
        hot = tensor("images", IMAGE + 100, binary=True)
        refused(infer([hot], "datatypes", outputs=wanted("exponential", binary=False)), 400, "not finite")
    with c.check("refused: shared memory and classification, which are not supported"):
        shared = triton.InferInput("images", list(SHAPE), "FP32")
        shared.set_shared_memory("region", IMAGE.nbytes)
        refused(infer([shared]), 400, "shared_memory_region")
        top = [triton.InferRequestedOutput("output0", class_count=3)]
        refused(infer([good], outputs=top), 400, "classification")
    with c.check("refused: an unknown model or version is 404"):
        refused(lambda: c.client.infer("no-such-model", [good]), 404, "no such model")
        refused(infer([good], "versions", model_version="9.9.9"), 404, "no such model")
    with c.check("refused: a body that is not what its encoding says"):
        refused(infer([good], headers={"Content-Encoding": "gzip"}), 400, "gzip")
        refused(infer([good], headers={"Content-Encoding": "br"}), 415, "encoding")
    with c.check("refused: and the next right request is answered"):
        equal(infer([good])().as_numpy("echo"), IMAGE.reshape(1, -1), "echo")
