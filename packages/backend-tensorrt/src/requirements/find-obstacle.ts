import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGpuFacts } from './gpu.js';
import { hasLibrary, libraryFolders, type Machine } from './machine.js';
import { neededLibraries } from './needed-libraries.js';

/** Why TensorRT cannot work here, told without loading anything. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

const PLATFORM = 'linux-x64';

/** Files beside the binding that onnxruntime-node's install script fetches. */
const PROVIDERS = [
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_tensorrt.so',
  'libonnxruntime_providers_cuda.so',
];

/** The first thing that is missing, in the order in which it has to be mended; undefined when nothing is known against it. */
export function findObstacle(machine: Machine, deviceId: number): Obstacle | undefined {
  return (
    wrongPlatform(machine) ?? noDriver(machine, deviceId) ?? noProviders(machine) ?? noLibraries(machine)
  );
}

function wrongPlatform({ platform }: Machine): Obstacle | undefined {
  if (platform === PLATFORM) return undefined;
  return {
    reason: `onnxruntime-node has no TensorRT provider for ${platform}`,
    remedy: `Run it on ${PLATFORM} with an NVIDIA GPU, or choose another backend.`,
  };
}

function noDriver(machine: Machine, deviceId: number): Obstacle | undefined {
  const facts = readGpuFacts(machine);
  if (facts === undefined) {
    return {
      reason: 'the NVIDIA driver is not loaded (/proc/driver/nvidia/version is missing)',
      remedy:
        'Install the driver (Debian: `apt-get install nvidia-driver`; Ubuntu: `ubuntu-drivers install`) and restart; `nvidia-smi` must ' +
        'list the card. In a container: nvidia-container-toolkit on the host and `docker run --gpus all`.',
    };
  }
  if (facts.cards.length <= deviceId) {
    const seen = facts.cards.length === 0 ? 'none' : facts.cards.join(', ');
    return {
      reason: `there is no NVIDIA GPU number ${deviceId} (driver ${facts.driver} finds: ${seen})`,
      remedy: 'Choose a `deviceId` that `nvidia-smi -L` lists.',
    };
  }
  if (hasLibrary(machine, libraryFolders(machine), 'libcuda.so.1')) return undefined;
  return {
    reason: `libcuda.so.1 of the NVIDIA driver ${facts.driver} is not in the library folders`,
    remedy:
      'Install the user part of the same driver (Debian: `apt-get install libcuda1`), or start the container with `--gpus all`.',
  };
}

function noProviders({ bindingFolder }: Machine): Obstacle | undefined {
  const missing = PROVIDERS.filter((file) => !existsSync(join(bindingFolder, file)));
  if (missing.length === 0) return undefined;
  return {
    reason: `onnxruntime-node is installed without ${missing.join(', ')} (${bindingFolder})`,
    remedy:
      'Let its install script fetch them: `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false` ' +
      '(npm 11 first: `npm install-scripts approve onnxruntime-node`).',
  };
}

/** What the providers are linked with says for itself which CUDA and TensorRT they want. */
function noLibraries(machine: Machine): Obstacle | undefined {
  const folders = libraryFolders(machine);
  const own = new Set(PROVIDERS);
  const needed = PROVIDERS.flatMap((file) =>
    neededLibraries(readFileSync(join(machine.bindingFolder, file))),
  );
  const missing = [...new Set(needed)].filter(
    (name) => !own.has(name) && !hasLibrary(machine, folders, name),
  );
  if (missing.length === 0) return undefined;
  const remedies = new Set(missing.map(remedyFor));
  return {
    reason: `not in the library folders: ${missing.join(', ')}`,
    remedy: `${[...remedies].join(' ')} What lies elsewhere is found by LD_LIBRARY_PATH.`,
  };
}

function remedyFor(library: string): string {
  const [, name = library, version = ''] = /^(lib[^.]+)\.so\.?(\d*)/.exec(library) ?? [];
  if (/^libnv(?:infer|onnxparser)/.test(name)) {
    return `Install TensorRT ${version} from NVIDIA's repository: \`apt-get install libnvinfer${version} libnvinfer-plugin${version} libnvonnxparsers${version}\`.`;
  }
  if (name.startsWith('libcudnn')) {
    return `Install cuDNN ${version} for the same CUDA: \`apt-get install libcudnn${version}-cuda-12\` (or -cuda-13).`;
  }
  if (/^lib(?:cudart|cublas|cufft|curand|nvrtc)/.test(name)) {
    return `Install the CUDA toolkit that has ${library}: \`apt-get install cuda-toolkit\` from NVIDIA's repository.`;
  }
  return `Install the package that has ${library}.`;
}
