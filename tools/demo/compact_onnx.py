"""Make a small ONNX file smaller: short names, equal constants once, no value infos. What it computes stays the same."""
import onnx


def compact(path):
    model = onnx.load(path)
    graph = model.graph
    fixed = {value.name for value in [*graph.input, *graph.output]} | {""}
    same, first, kept = {}, {}, []

    def alone(name, *key):
        """Whether a constant is the first of its kind; the others mean that one."""
        same[name] = first.setdefault(key, name)
        return same[name] == name

    initializers = [t for t in graph.initializer if alone(t.name, t.data_type, tuple(t.dims), onnx.numpy_helper.to_array(t).tobytes())]
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            tensor = node.attribute[0].t
            if not alone(node.output[0], tensor.data_type, tuple(tensor.dims), onnx.numpy_helper.to_array(tensor).tobytes()):
                continue
        kept.append(node)
    short = {}

    def named(name):
        name = same.get(name, name)
        return name if name in fixed else short.setdefault(name, f"t{len(short)}")

    for tensor in initializers:
        tensor.name = named(tensor.name)
    for number, node in enumerate(kept):
        node.name = f"{node.op_type}{number}"
        for names in (node.input, node.output):
            renamed = [named(name) for name in names]
            del names[:]
            names.extend(renamed)
    for field, values in ((graph.initializer, initializers), (graph.node, kept), (graph.value_info, [])):
        copies = [type(v).FromString(v.SerializeToString()) for v in values]
        del field[:]
        field.extend(copies)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
