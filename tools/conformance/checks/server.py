"""Health and documents of the server and its models."""

from .context import refused, same


def run(c):
    client, models = c.client, c.models
    with c.check("server: live"):
        same(client.is_server_live(), True, "live")
    with c.check("server: ready"):
        same(client.is_server_ready(), True, "ready")
    with c.check("server: metadata with its extensions"):
        found = client.get_server_metadata()
        assert found["name"] and found["version"], found
        extensions = set(found["extensions"])
        wanted = {"binary_tensor_data", "model_repository", "statistics", "model_configuration"}
        assert wanted <= extensions, f"the extensions {wanted - extensions} are missing"
    with c.check("model: ready, with and without a version"):
        same(client.is_model_ready(models["fp32"]), True, "ready")
        same(client.is_model_ready(models["versions"], "2.0.0"), True, "ready 2.0.0")
        same(client.is_model_ready(models["versions"], "1.0.0"), True, "ready 1.0.0")
    with c.check("model: not ready when it or its version is unknown"):
        same(client.is_model_ready("no-such-model"), False, "ready")
        same(client.is_model_ready(models["versions"], "9.9.9"), False, "ready 9.9.9")
    with c.check("model: metadata names versions, platform, inputs and outputs"):
        found = client.get_model_metadata(models["int64"])
        same(found["name"], models["int64"], "name")
        same(found["platform"], "onnx_onnxv1", "platform")
        inputs = [(one["name"], one["datatype"], one["shape"]) for one in found["inputs"]]
        same(inputs, [("images", "FP32", [1, 3, 32, 32]), ("orig_target_sizes", "INT64", [1, 2])], "inputs")
        assert ("sizes", "INT64", [1, 2, 1, 1]) in [
            (one["name"], one["datatype"], one["shape"]) for one in found["outputs"]
        ], found["outputs"]
        versions = client.get_model_metadata(models["versions"])["versions"]
        same(sorted(versions), ["1.0.0", "2.0.0"], "versions")
    with c.check("model: metadata names every datatype"):
        outputs = client.get_model_metadata(models["datatypes"])["outputs"]
        found = {one["datatype"] for one in outputs}
        whole = {f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)}
        same(found, whole | {"BOOL", "FP16", "FP32", "FP64", "BYTES"}, "datatypes")
    with c.check("model: configuration agrees with the metadata"):
        config = client.get_model_config(models["fp32"])
        metadata = client.get_model_metadata(models["fp32"])
        same(config["name"], models["fp32"], "name")
        same(config["max_batch_size"], 0, "max_batch_size")
        for section, listed in (("input", "inputs"), ("output", "outputs")):
            found = [(one["name"], one["data_type"], one["dims"]) for one in config[section]]
            told = [(one["name"], f"TYPE_{one['datatype']}", one["shape"]) for one in metadata[listed]]
            same(found, told, section)
    with c.check("model: metadata, configuration and statistics of an unknown model are 404"):
        for call in (client.get_model_metadata, client.get_model_config, client.get_inference_statistics):
            refused(lambda call=call: call("no-such-model"), 404, "no such model")
