"""Drives a running `care serve` with NVIDIA's client of the Open Inference Protocol, which knows nothing of this project.

Needs `pip install tritonclient[http] numpy`.
Usage: check_with_tritonclient.py HOST:PORT MODEL [ADMIN_TOKEN]
Prints one JSON object: what was checked. Ends with an exit code other than 0 at the first thing that is not as it must be.
"""

import json
import sys

import numpy as np
import tritonclient.http as http
from tritonclient.utils import InferenceServerException, triton_to_np_dtype


def check(condition, what):
    if not condition:
        raise SystemExit(f"not as it must be: {what}")
    checked.append(what)


checked = []
address, model, *token = sys.argv[1:]
headers = {"Authorization": f"Bearer {token[0]}"} if token else None
client = http.InferenceServerClient(address, concurrency=4)

check(client.is_server_live(), "live")
check(client.is_server_ready(), "ready")
check(client.is_model_ready(model), "model ready")
check(not client.is_model_ready("no-such-model"), "an unknown model is not ready")
check("statistics" in client.get_server_metadata()["extensions"], "server metadata")

metadata = client.get_model_metadata(model)
check(metadata["name"] == model and metadata["inputs"] and metadata["outputs"], "model metadata")
configuration = client.get_model_config(model)
check(
    [one["name"] for one in configuration["input"]] == [one["name"] for one in metadata["inputs"]],
    "the configuration names the inputs of the metadata",
)
for version in metadata["versions"]:
    check(client.is_model_ready(model, version), f"version {version} ready")

random = np.random.default_rng(7)
arrays = {
    one["name"]: random.random([1 if dim < 0 else dim for dim in one["shape"]]).astype(
        triton_to_np_dtype(one["datatype"])
    )
    for one in metadata["inputs"]
}


def infer(binary_in, binary_out, **more):
    inputs = []
    for one in metadata["inputs"]:
        array = arrays[one["name"]]
        tensor = http.InferInput(one["name"], array.shape, one["datatype"])
        tensor.set_data_from_numpy(array, binary_data=binary_in)
        inputs.append(tensor)
    outputs = [http.InferRequestedOutput(one["name"], binary_data=binary_out) for one in metadata["outputs"]]
    answer = client.infer(model, inputs, outputs=outputs, request_id="request-7", **more)
    response = answer.get_response()
    check(response["id"] == "request-7" and response["model_name"] == model, "the answer names request and model")
    return {one["name"]: answer.as_numpy(one["name"]) for one in metadata["outputs"]}


reference = infer(True, True)
for name, more in {
    "JSON in, JSON out": {"binary_in": False, "binary_out": False},
    "JSON in, binary out": {"binary_in": False, "binary_out": True},
    "binary in, JSON out": {"binary_in": True, "binary_out": False},
    "gzip both ways": {
        "binary_in": True,
        "binary_out": True,
        "request_compression_algorithm": "gzip",
        "response_compression_algorithm": "gzip",
    },
    "deflate both ways": {
        "binary_in": True,
        "binary_out": True,
        "request_compression_algorithm": "deflate",
        "response_compression_algorithm": "deflate",
    },
    "gzip of JSON": {"binary_in": False, "binary_out": False, "request_compression_algorithm": "gzip"},
}.items():
    answer = infer(**more)
    check(all(np.array_equal(reference[one], answer[one]) for one in reference), name)

pending = []
for _ in range(16):
    inputs = []
    for one in metadata["inputs"]:
        tensor = http.InferInput(one["name"], arrays[one["name"]].shape, one["datatype"])
        tensor.set_data_from_numpy(arrays[one["name"]])
        inputs.append(tensor)
    pending.append(client.async_infer(model, inputs))
first = metadata["outputs"][0]["name"]
check(all(np.array_equal(one.get_result().as_numpy(first), reference[first]) for one in pending), "16 at a time")

try:
    wrong = http.InferInput(metadata["inputs"][0]["name"], [1], metadata["inputs"][0]["datatype"])
    wrong.set_data_from_numpy(np.zeros([1], arrays[metadata["inputs"][0]["name"]].dtype))
    client.infer(model, [wrong])
    check(False, "a wrong shape is refused")
except InferenceServerException as error:
    check("shape" in error.message(), "a wrong shape is refused, with the reason")

index = client.get_model_repository_index()
check(any(one["name"] == model and one["state"] == "READY" for one in index), "repository index")
statistics = client.get_inference_statistics(model)["model_stats"]
check(statistics[0]["inference_stats"]["success"]["count"] >= 23, "statistics count the requests")
check(statistics[0]["inference_stats"]["compute_infer"]["ns"] > 0, "statistics have durations")

if token:
    try:
        client.unload_model(model)
        check(False, "unload wants the token")
    except InferenceServerException:
        check(True, "unload wants the token")
    client.unload_model(model, headers=headers)
    check(not client.is_model_ready(model), "unloaded")
    client.load_model(model, headers=headers)
    check(client.is_model_ready(model), "loaded again")
    answer = infer(True, True)
    check(all(np.array_equal(reference[one], answer[one]) for one in reference), "answers as before")

print(json.dumps({"checked": len(checked), "what": list(dict.fromkeys(checked))}))
