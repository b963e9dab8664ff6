"""Give a network the first convolutions of an exported one, whose batch norms are folded into them."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def fit_norms(part, biases, pictures):
    """Let the batch norms of `part` do nothing but add `biases`, one for each, with the statistics that `pictures` give."""
    handles = []
    for norm, bias in zip([m for m in part.modules() if isinstance(m, nn.BatchNorm2d)], biases, strict=True):

        def fit(module, inputs, bias=bias):
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


def warm_start(part, path, prefixes, pictures):
    """Take the convolutions below `prefixes` of the ONNX file, in order, into `part`, then fit its batch norms.

    A folded convolution answers W x + b. Unfolded: W x, then a batch norm that adds b.
    """
    graph = onnx.load(path).graph
    weights = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    nodes = [n for n in graph.node if n.op_type == "Conv" and n.name.startswith(tuple(prefixes))]
    for node, convolution in zip(nodes, [m for m in part.modules() if isinstance(m, nn.Conv2d)], strict=True):
        convolution.weight.data.copy_(weights[node.input[1]])
    fit_norms(part, [weights[node.input[2]] for node in nodes], pictures)
