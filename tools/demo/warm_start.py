"""Give a network the first convolutions of an exported one, whose batch norms are folded into them."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def warm_start(part, path, prefixes, pictures):
    """Take the convolutions below `prefixes` of the ONNX file, in order, into `part`, then fit its batch norms.

    A folded convolution answers W x + b. Unfolded: W x, then a batch norm with the mean and variance that `pictures`
    give, and the weight and bias that undo it.
    """
    graph = onnx.load(path).graph
    weights = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    nodes = [n for n in graph.node if n.op_type == "Conv" and n.name.startswith(tuple(prefixes))]
    convolutions = [m for m in part.modules() if isinstance(m, nn.Conv2d)]
    norms = [m for m in part.modules() if isinstance(m, nn.BatchNorm2d)]
    if not len(nodes) == len(convolutions) == len(norms):
        raise ValueError(f"{len(nodes)} convolutions in {path} for {len(convolutions)}")
    handles = []
    for node, convolution, norm in zip(nodes, convolutions, norms):
        convolution.weight.data.copy_(weights[node.input[1]])

        def fit(module, inputs, bias=weights[node.input[2]]):
            mean, variance = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3), unbiased=False)
            module.running_mean.copy_(mean)
            module.running_var.copy_(variance)
            module.weight.data.copy_((variance + module.eps).sqrt())
            module.bias.data.copy_(bias + mean)

        handles.append(norm.register_forward_pre_hook(fit))
    with torch.no_grad():
        part.eval()(pictures)
    part.train()
    for handle in handles:
        handle.remove()
