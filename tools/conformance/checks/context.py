"""What every check gets: the client, the models by what they are for, and where results are written."""

import contextlib
import dataclasses

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype


class Report:
    """One line a check."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    @contextlib.contextmanager
    def check(self, name):
        try:
            yield
        except Exception as error:  # Whatever the client or a comparison says is the result of the check.
            self.failed += 1
            print(f"FAIL  {name}: {type(error).__name__}: {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok    {name}", flush=True)


class Client(triton.InferenceServerClient):
    """Remembers how the last answer was packed: the client unpacks it and tells nobody."""

    last_encoding = None

    def _post(self, *args, **options):
        response = super()._post(*args, **options)
        self.last_encoding = response.get("Content-Encoding")
        return response


@dataclasses.dataclass(frozen=True)
class Context:
    client: Client
    report: Report
    admin: dict  # headers of the admin plane
    models: dict  # purpose -> name

    def check(self, name):
        return self.report.check(name)

    def infer(self, purpose, inputs, **options):
        return self.client.infer(self.models[purpose], inputs, **options)


def tensor(name, array, *, binary):
    """An input of the client; the type of the array says the datatype."""
    value = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    return value.set_data_from_numpy(array, binary_data=binary)


def wanted(*names, binary):
    return [triton.InferRequestedOutput(name, binary_data=binary) for name in names]


def equal(found, expected, what):
    """Same type, shape and every element, bit for bit."""
    expected = np.asarray(expected)
    assert found is not None, f"{what} is not in the answer"
    if expected.dtype != object:
        assert found.dtype == expected.dtype, f"{what} is {found.dtype}, expected {expected.dtype}"
    np.testing.assert_array_equal(found, expected, err_msg=what, strict=expected.dtype != object)


def same(found, expected, what):
    assert found == expected, f"{what} is {found!r}, expected {expected!r}"


def refused(call, status, text):
    """The server answers with an error of this status whose message has this text, and nothing of its inside."""
    try:
        call()
    except InferenceServerException as error:
        same(error.status(), str(status), "status")
        message = error.message()
        assert text in message, f"the message has no {text!r}: {message}"
        for leak in ("/home", "/tmp", "node_modules", ".js:", "    at "):
            assert leak not in message, f"the message shows the server's inside: {message}"
        return
    raise AssertionError("the request was accepted")
