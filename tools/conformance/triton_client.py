"""Checks a running `care serve` with tritonclient.http, a client of the Open Inference Protocol that is not ours.

    CARE_ADMIN_TOKEN=... python triton_client.py http://127.0.0.1:8080 [--golden FOLDER] [--model PURPOSE=NAME ...]

It starts nothing and needs the models that served-models.mjs writes (`run.mjs` does both). One line a check, a summary as the last
line, exit code 1 when a check failed, 2 when the client is not installed.
"""

import argparse
import importlib.metadata
import os
import sys

try:
    import tritonclient.http
except ImportError as missing:
    print(f"tritonclient[http] is not installed here: {missing}", file=sys.stderr)
    sys.exit(2)

from checks import detector, inference, refusals, repository, server
from checks.context import Client, Context, Report

MODELS = {
    "fp32": "echo-fp32",
    "fp16": "echo-fp16",
    "uint8": "echo-uint8",
    "int64": "echo-int64",
    "datatypes": "datatypes",
    "versions": "versions",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("url", help="address of the server, e.g. http://127.0.0.1:8080")
    parser.add_argument("--golden", help="folder with the input and the expected outputs of a real detector")
    parser.add_argument("--model", action="append", default=[], metavar="PURPOSE=NAME", help="another name of a model")
    options = parser.parse_args()
    models = MODELS | dict(one.split("=", 1) for one in options.model)
    token = os.environ.get("CARE_ADMIN_TOKEN", "")
    report = Report()
    address = options.url.removeprefix("http://").rstrip("/")
    with Client(address, concurrency=8, network_timeout=30.0) as client:
        context = Context(client, report, {"Authorization": f"Bearer {token}"}, models)
        for subject in (server, inference, refusals, repository):
            subject.run(context)
        if options.golden is not None:
            detector.run(context, options.golden)
    print(f"tritonclient {importlib.metadata.version('tritonclient')}: {report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
