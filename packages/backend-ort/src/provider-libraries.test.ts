import { describe, expect, it } from 'vitest';
import { findObstacle } from './provider-libraries.js';

const everything = () => true;
const nothing = () => false;

// Expected: the table "EPs/Platforms" in the README of onnxruntime-node 1.30 and its install-metadata.js.
describe('findObstacle', () => {
  it('knows on which platforms a provider exists', () => {
    expect(findObstacle('cuda', 'win32-x64', everything)?.reason).toMatch(/no cuda provider on win32-x64/);
    expect(findObstacle('cuda', 'linux-arm64', everything)?.remedy).toMatch(/linux-x64/);
    expect(findObstacle('dml', 'linux-x64', everything)).toBeDefined();
    expect(findObstacle('coreml', 'linux-x64', everything)).toBeDefined();
    expect(findObstacle('webgpu', 'linux-arm64', everything)).toBeDefined();
    expect(findObstacle('dml', 'win32-arm64', nothing)).toBeUndefined();
    expect(findObstacle('coreml', 'darwin-arm64', nothing)).toBeUndefined();
    expect(findObstacle('cpu', 'darwin-x64', everything)).toBeDefined();
  });

  it('says how to get the libraries that the install script fetches', () => {
    const obstacle = findObstacle('cuda', 'linux-x64', nothing);
    expect(obstacle?.reason).toMatch(/libonnxruntime_providers_cuda\.so/);
    expect(obstacle?.remedy).toMatch(/npm install-scripts approve onnxruntime-node/);
    expect(obstacle?.remedy).toMatch(/ONNXRUNTIME_NODE_INSTALL/);
    expect(findObstacle('cuda', 'linux-x64', everything)).toBeUndefined();
    expect(findObstacle('tensorrt', 'linux-x64', nothing)?.reason).toMatch(/tensorrt\.so/);
  });

  it('misses the Vulkan loader before WebGPU does so aloud', () => {
    expect(findObstacle('webgpu', 'linux-x64', nothing)?.remedy).toMatch(/libvulkan1/);
    expect(findObstacle('webgpu', 'linux-x64', everything)).toBeUndefined();
  });
});
