"""The repository extension, which needs the admin token for what changes something, and statistics."""

import numpy as np

from .context import equal, refused, same, tensor
from .inference import SHAPE


def run(c):
    statistics(c)
    repository(c)


def repository(c):
    client, name = c.client, c.models["uint8"]
    array = np.full(SHAPE, 3, np.uint8)
    inputs = [tensor("images", array, binary=True)]

    def states():
        return {(one["name"], one.get("version")): one["state"] for one in client.get_model_repository_index()}

    with c.check("repository: the index lists every model and version as ready"):
        found = states()
        for model in c.models.values():
            listed = [state for (listed, _), state in found.items() if listed == model]
            assert listed and set(listed) == {"READY"}, f"{model}: {found}"
        versions = {version for (listed, version) in found if listed == c.models["versions"]}
        same(versions, {"1.0.0", "2.0.0"}, "versions")
    with c.check("repository: load and unload without the admin token are refused"):
        refused(lambda: client.unload_model(name), 401, "token")
        refused(lambda: client.load_model(name), 401, "token")
        refused(lambda: client.unload_model(name, headers={"Authorization": "Bearer wrong"}), 401, "token")
        same(client.is_model_ready(name), True, "ready")
    with c.check("repository: an unloaded model is not ready, is told as such and refuses"):
        client.unload_model(name, headers=dict(c.admin))
        same(client.is_model_ready(name), False, "ready")
        same({state for (listed, _), state in states().items() if listed == name}, {"UNAVAILABLE"}, "state")
        refused(lambda: client.infer(name, inputs), 404, "no such model")
        same(client.is_server_ready(), True, "server ready")
    with c.check("repository: a loaded model serves again"):
        client.load_model(name, headers=dict(c.admin))
        same(client.is_model_ready(name), True, "ready")
        equal(client.infer(name, inputs).as_numpy("echo"), array.reshape(1, -1), "echo")
    with c.check("repository: loading what is loaded changes nothing"):
        client.load_model(name, headers=dict(c.admin))
        equal(client.infer(name, inputs).as_numpy("echo"), array.reshape(1, -1), "echo")
    with c.check("repository: unknown models are 404, files and configurations from outside refused"):
        refused(lambda: client.load_model("no-such-model", headers=dict(c.admin)), 404, "no such model")
        refused(lambda: client.unload_model("no-such-model", headers=dict(c.admin)), 404, "no such model")
        refused(lambda: client.load_model("../../etc/passwd", headers=dict(c.admin)), 404, "no such")
        outside = {"config": "{}", "headers": dict(c.admin)}
        refused(lambda: client.load_model(name, **outside), 400, "parameters are not supported")


def statistics(c):
    client, name = c.client, c.models["fp32"]
    inputs = [tensor("images", np.zeros(SHAPE, np.float32), binary=True)]

    def of(model, version=""):
        return client.get_inference_statistics(model, version)["model_stats"]

    with c.check("statistics: success counts and times grow by what was asked"):
        [before] = of(name)
        for _ in range(5):
            client.infer(name, inputs)
        [after] = of(name)
        same(after["inference_count"] - before["inference_count"], 5, "inferences")
        same(after["execution_count"] - before["execution_count"], 5, "executions")
        for kind in ("success", "queue", "compute_input", "compute_infer", "compute_output"):
            was, now = before["inference_stats"][kind], after["inference_stats"][kind]
            same(now["count"] - was["count"], 5, f"{kind} count")
            assert now["ns"] >= was["ns"], f"{kind}: the time went back"
        grown = after["inference_stats"]["success"]["ns"] - before["inference_stats"]["success"]["ns"]
        inside = after["inference_stats"]["compute_infer"]["ns"] - before["inference_stats"]["compute_infer"]["ns"]
        assert 0 < inside <= grown, f"{inside} ns of {grown} ns"
        assert after["last_inference"] >= before["last_inference"] > 0, "last_inference"
    with c.check("statistics: by version"):
        before = {one["version"]: one["inference_count"] for one in of(c.models["versions"])}
        client.infer(c.models["versions"], inputs, model_version="1.0.0")
        [first] = of(c.models["versions"], "1.0.0")
        [second] = of(c.models["versions"], "2.0.0")
        same(first["inference_count"] - before.get("1.0.0", 0), 1, "1.0.0")
        same(second["inference_count"] - before.get("2.0.0", 0), 0, "2.0.0")
    with c.check("statistics: of all models"):
        names = {one["name"] for one in of("")}
        assert {name, c.models["versions"]} <= names, names
