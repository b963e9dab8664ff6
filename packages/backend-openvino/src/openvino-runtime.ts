import { CareError, errorMessage } from '@care/registry-core';
import type { NodeAddon } from 'openvino-node';

export type OpenVinoAddon = NodeAddon;

/** What the `engines` field of openvino-node asks for. */
const MIN_NODE_MAJOR = 21;

/** The platforms that Intel builds the native part for (openvino-node 2026.4, scripts/lib/binary-manager.js). */
const PLATFORMS: readonly string[] = ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-arm64'];

/** How openvino-node is imported; the only thing about it that a test replaces. */
export interface RuntimeHost {
  readonly nodeVersion: string;
  readonly platform: string;
  importAddon(): Promise<{ readonly addon: OpenVinoAddon }>;
}

export const thisHost: RuntimeHost = {
  nodeVersion: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
  importAddon: () => import('openvino-node'),
};

/** What keeps openvino-node from working here, as far as it is known without touching it. */
export function knownAbsence(host: RuntimeHost = thisHost): CareError | undefined {
  const { nodeVersion, platform } = host;
  if (Number.parseInt(nodeVersion, 10) < MIN_NODE_MAJOR) {
    return unavailable(`openvino-node needs Node ${MIN_NODE_MAJOR} or newer, this is ${nodeVersion}`, {
      remedy: 'Run the host with Node 22 or newer.',
    });
  }
  if (!PLATFORMS.includes(platform)) {
    return unavailable(`openvino-node has no native part for ${platform}`, {
      remedy: `Run it on one of: ${PLATFORMS.join(', ')}.`,
    });
  }
  return undefined;
}

/**
 * Loads openvino-node with its native part.
 * @throws CareError BACKEND_UNAVAILABLE that tells which of Node, package, native part or library is missing, and what mends it
 */
export async function loadOpenVino(host: RuntimeHost = thisHost): Promise<OpenVinoAddon> {
  const absence = knownAbsence(host);
  if (absence !== undefined) throw absence;
  try {
    const { addon } = await host.importAddon();
    return addon;
  } catch (cause) {
    throw loadFailure(cause);
  }
}

const INSTALL_SCRIPT =
  'Let its install script download it from storage.openvinotoolkit.org: `npm rebuild openvino-node --ignore-scripts=false` ' +
  '(npm 11 first: `npm install-scripts approve openvino-node`).';

function loadFailure(cause: unknown): CareError {
  const message = errorMessage(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (absent && message.includes('ov_node_addon.node')) {
    return unavailable('the native part of openvino-node has not been downloaded', {
      remedy: INSTALL_SCRIPT,
      cause,
    });
  }
  if (absent && message.includes('openvino-node')) {
    return unavailable('the package openvino-node is not installed', {
      remedy:
        'Install it beside @care/backend-openvino: `npm install openvino-node`, with its install script allowed to run.',
      cause,
    });
  }
  return unavailable(`the native part of openvino-node does not load: ${message}`, {
    remedy: `Install the library that the message names. Or the download was cut short: remove node_modules/openvino-node/bin. ${INSTALL_SCRIPT}`,
    cause,
  });
}

function unavailable(reason: string, { remedy, cause }: { remedy: string; cause?: unknown }): CareError {
  return new CareError('BACKEND_UNAVAILABLE', reason, {
    remedy,
    details: { backend: 'openvino' },
    ...(cause === undefined ? {} : { cause }),
  });
}
