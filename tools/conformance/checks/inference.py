"""Inference: forms of the data, datatypes, ids, outputs, versions, compression."""

import numpy as np

from .context import equal, same, tensor, wanted

SHAPE = (1, 3, 32, 32)
FORMS = ((False, False), (False, True), (True, False), (True, True))


def ramp(dtype):
    """0 to 127, which every datatype holds."""
    return (np.arange(np.prod(SHAPE)) % 128).reshape(SHAPE).astype(dtype)


def form(binary):
    return "binary" if binary else "JSON"


def run(c):
    forms(c)
    datatypes(c)
    long_integers(c)
    answers(c)
    versions(c)
    compression(c)


def forms(c):
    fp32 = np.random.default_rng(7).standard_normal(SHAPE, dtype=np.float32)
    for purpose, array in (("fp32", fp32), ("uint8", ramp(np.uint8) * 2)):
        for there, back in FORMS:
            with c.check(f"infer: {purpose.upper()}, {form(there)} in, {form(back)} out"):
                answer = c.infer(
                    purpose, [tensor("images", array, binary=there)], outputs=wanted("echo", binary=back)
                )
                equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
                has_data = "data" in answer.get_output("echo")
                same(has_data, not back, "data in JSON")
    with c.check("infer: FP16, binary in and out, subnormal and infinite numbers included"):
        # Every bit pattern of a quarter of the range, zeros after them; quiet NaN among them stay what they are.
        bits = np.zeros(np.prod(SHAPE), np.uint16)
        bits[:2048] = np.arange(2048) * 31
        array = bits.view(np.float16).reshape(SHAPE)
        answer = c.infer(
            "fp16", [tensor("images", array, binary=True)], outputs=wanted("echo", binary=True)
        )
        equal(answer.as_numpy("echo").view(np.uint16), array.reshape(1, -1).view(np.uint16), "bits of echo")


def datatypes(c):
    array = ramp(np.float32)
    flat = array.reshape(1, -1)
    expected = {
        f"as_{np.dtype(one).name}": flat.astype(one)
        for one in (np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
    }
    expected["third"] = flat.astype(np.float64) / 3
    expected["uint64_limits"] = np.array([0, 2**64 - 1], np.uint64)
    inputs = [tensor("images", array, binary=True)]
    for back in (False, True):
        answer = c.infer("datatypes", inputs, outputs=wanted(*expected, binary=back))
        for name, values in expected.items():
            with c.check(f"infer: output {name} in {form(back)}"):
                equal(answer.as_numpy(name), values, name)
        with c.check(f"infer: output BYTES in {form(back)}, what is not ASCII and what is empty included"):
            answer = c.infer("datatypes", inputs, outputs=wanted("labels", "as_string", binary=back))
            texts = [text(one) for one in answer.as_numpy("labels").flatten()]
            same(texts, ["fall", "Übergröße", "", '日本\n"'], "labels")
            same(answer.as_numpy("labels").shape, (2, 2), "shape of labels")
            numbers = [float(text(one)) for one in answer.as_numpy("as_string").flatten()]
            same(numbers, flat.flatten().tolist(), "as_string")
    with c.check("infer: output FP16 in binary"):
        answer = c.infer("datatypes", inputs, outputs=wanted("as_float16", binary=True))
        equal(answer.as_numpy("as_float16"), flat.astype(np.float16), "as_float16")
    with c.check("infer: infinite FP32 in binary"):
        answer = c.infer("datatypes", inputs, outputs=wanted("exponential", binary=True))
        found = answer.as_numpy("exponential")
        equal(np.isinf(found), flat > 88.8, "infinite elements")


def text(element):
    return element.decode() if isinstance(element, bytes) else str(element)


def long_integers(c):
    image = tensor("images", np.zeros(SHAPE, np.float32), binary=True)
    for pair in ([2**53 + 1, -(2**53) - 1], [2**63 - 1, -(2**63)], [0, -1]):
        sizes = np.array([pair], np.int64)
        for there, back in FORMS:
            with c.check(f"infer: INT64 {pair}, {form(there)} in, {form(back)} out"):
                answer = c.infer(
                    "int64",
                    [image, tensor("orig_target_sizes", sizes, binary=there)],
                    outputs=wanted("sizes", binary=back),
                )
                equal(answer.as_numpy("sizes"), sizes.reshape(1, 2, 1, 1), "sizes")


def answers(c):
    array = np.full(SHAPE, 0.25, np.float32)
    inputs = [tensor("images", array, binary=True)]
    with c.check("infer: the id comes back, and the model's name"):
        for request_id in ("a-7", "Übung \"1\" \\ 日本", "12345678901234567890"):
            answer = c.infer("fp32", inputs, request_id=request_id).get_response()
            same(answer["id"], request_id, "id")
            same(answer["model_name"], c.models["fp32"], "model_name")
        assert "id" not in c.infer("fp32", inputs).get_response()
    with c.check("infer: all outputs when none is asked for, in binary as the client asks"):
        answer = c.infer("fp32", inputs)
        same([one["name"] for one in answer.get_response()["outputs"]], ["output0", "echo"], "outputs")
        equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
        same(answer.as_numpy("output0").shape, (1, 6, 21), "shape of output0")
    with c.check("infer: the outputs that are asked for, in their order"):
        answer = c.infer("fp32", inputs, outputs=wanted("echo", binary=False))
        same([one["name"] for one in answer.get_response()["outputs"]], ["echo"], "outputs")
        answer = c.infer("fp32", inputs, outputs=wanted("echo", "output0", binary=True))
        same([one["name"] for one in answer.get_response()["outputs"]], ["echo", "output0"], "outputs")
        equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
    with c.check("infer: one output in JSON, the other in binary"):
        mixed = wanted("output0", binary=False) + wanted("echo", binary=True)
        answer = c.infer("fp32", inputs, outputs=mixed)
        same("data" in answer.get_output("output0"), True, "output0 in JSON")
        equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
    with c.check("infer: 32 at once are answered each with its own"):
        arrays = [np.full(SHAPE, index, np.float32) for index in range(32)]
        asked = [
            c.client.async_infer(c.models["fp32"], [tensor("images", one, binary=True)], request_id=f"{index}")
            for index, one in enumerate(arrays)
        ]
        for index, (one, pending) in enumerate(zip(arrays, asked)):
            answer = pending.get_result()
            same(answer.get_response()["id"], f"{index}", "id")
            equal(answer.as_numpy("echo"), one.reshape(1, -1), "echo")


def versions(c):
    inputs = [tensor("images", np.zeros(SHAPE, np.float32), binary=True)]
    with c.check("versions: each answers with its own weights, the highest without being asked"):
        for asked, version, width in (("1.0.0", "1.0.0", 8), ("2.0.0", "2.0.0", 16), ("", "2.0.0", 16)):
            answer = c.infer("versions", inputs, model_version=asked)
            same(answer.get_response()["model_version"], version, "model_version")
            same(float(answer.as_numpy("output0")[0, 2, 0]), width, "width of the box")
    with c.check("versions: an alias of the deployment names one"):
        answer = c.infer("versions", inputs, model_version="challenger")
        same(answer.get_response()["model_version"], "1.0.0", "model_version")


def compression(c):
    array = ramp(np.float32)
    for algorithm in ("gzip", "deflate"):
        for there, back in ((False, False), (True, True)):
            with c.check(f"compression: {algorithm} of the request, {form(there)}"):
                answer = c.infer(
                    "fp32", [tensor("images", array, binary=there)], request_compression_algorithm=algorithm
                )
                equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
            with c.check(f"compression: {algorithm} of the answer, {form(back)}"):
                answer = c.infer(
                    "fp32",
                    [tensor("images", array, binary=True)],
                    outputs=wanted("echo", binary=back),
                    response_compression_algorithm=algorithm,
                )
                same(c.client.last_encoding, algorithm, "Content-Encoding")
                equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
    with c.check("compression: both ways at once"):
        answer = c.infer(
            "fp32",
            [tensor("images", array, binary=True)],
            request_compression_algorithm="gzip",
            response_compression_algorithm="deflate",
        )
        equal(answer.as_numpy("echo"), array.reshape(1, -1), "echo")
