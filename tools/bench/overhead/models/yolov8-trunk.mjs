/** Side of the square input in pixels. */
export const SIZE = 640;

/**
 * Backbone and neck of YOLOv8n (layers and channels of the published yolov8n.yaml).
 * @returns the feature maps of strides 8, 16 and 32 with 64, 128 and 256 channels
 */
export function trunk(graph) {
  return neck(graph, backbone(graph));
}

function backbone(graph) {
  let x = { name: 'images', channels: 3, size: SIZE };
  x = conv(graph, x, 16, 3, 2);
  x = conv(graph, x, 32, 3, 2);
  x = c2f(graph, x, 32, 1, true);
  x = conv(graph, x, 64, 3, 2);
  const p3 = c2f(graph, x, 64, 2, true);
  x = conv(graph, p3, 128, 3, 2);
  const p4 = c2f(graph, x, 128, 2, true);
  x = conv(graph, p4, 256, 3, 2);
  x = c2f(graph, x, 256, 1, true);
  return { p3, p4, p5: sppf(graph, x, 256) };
}

function neck(graph, { p3, p4, p5 }) {
  const up4 = c2f(graph, graph.concat([upsample(graph, p5), p4]), 128, 1, false);
  const out3 = c2f(graph, graph.concat([upsample(graph, up4), p3]), 64, 1, false);
  const out4 = c2f(graph, graph.concat([conv(graph, out3, 64, 3, 2), up4]), 128, 1, false);
  const out5 = c2f(graph, graph.concat([conv(graph, out4, 128, 3, 2), p5]), 256, 1, false);
  return [out3, out4, out5];
}

/** Convolution and SiLU, as exporters write it: Conv, Sigmoid, Mul. */
export function conv(graph, x, channels, kernel, stride = 1) {
  const map = graph.convolve(x, channels, { kernel, stride });
  return { ...map, name: graph.node('Mul', [map.name, graph.node('Sigmoid', [map.name])]) };
}

function c2f(graph, x, channels, repeats, shortcut) {
  const half = channels / 2;
  const first = conv(graph, x, channels, 1);
  const parts = graph.split(first.name, [half, half]).map((name) => ({ ...first, name, channels: half }));
  for (let index = 0; index < repeats; index++) {
    const input = parts.at(-1);
    const output = conv(graph, conv(graph, input, half, 3), half, 3);
    parts.push(shortcut ? { ...output, name: graph.node('Add', [input.name, output.name]) } : output);
  }
  return conv(graph, graph.concat(parts), channels, 1);
}

function sppf(graph, x, channels) {
  const maps = [conv(graph, x, channels / 2, 1)];
  const pool = { kernel_shape: [5, 5], pads: [2, 2, 2, 2], strides: [1, 1] };
  for (let index = 0; index < 3; index++) {
    const input = maps.at(-1);
    maps.push({ ...input, name: graph.node('MaxPool', [input.name], pool) });
  }
  return conv(graph, graph.concat(maps), channels, 1);
}

function upsample(graph, x) {
  const scales = graph.float32([4], [1, 1, 2, 2]);
  const attributes = {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  };
  return { ...x, size: x.size * 2, name: graph.node('Resize', [x.name, '', scales], attributes) };
}
