import { createHash } from 'node:crypto';
import { CareError, isCareError, type ModelPackage, type ModelReference } from '@care/registry-core';
import { classicPackage, VARIANT, WEIGHTS } from '../description/classic-description.js';
import {
  linkKey,
  type Described,
  type DescribedFile,
  type Protocol,
} from '../description/model-description.js';
import { packagedModel } from '../description/model-packages.js';
import type { RoboflowId } from '../identifiers/roboflow-id.js';
import type { ResizeReading } from '../preprocessing/classic-preprocessing.js';
import { askClassic } from './classic-api.js';
import { askModels } from './models-api.js';
import { throughGateway, type RoboflowApi } from './roboflow-api.js';

/** One question to Roboflow. */
export interface Inquiry {
  readonly id: RoboflowId;
  readonly reference: ModelReference;
  readonly reading: ResizeReading;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks one protocol after the other: the next one when this one has not got the model, or has it in no form that can be used. What
 * keeps Roboflow from answering (no permission, no network) ends it.
 * @throws CareError of the first protocol when none has the model
 */
export async function describe(
  api: RoboflowApi,
  protocols: readonly Protocol[],
  inquiry: Inquiry,
): Promise<Described> {
  const refusals: CareError[] = [];
  for (const protocol of protocols) {
    try {
      return await DESCRIBE[protocol](api, inquiry);
    } catch (error) {
      if (!isCareError(error, 'MODEL_NOT_FOUND', 'UNSUPPORTED')) throw error;
      refusals.push(error);
    }
  }
  // A model that is there and cannot be used says more than one that is not there.
  throw refusals.find(({ code }) => code === 'UNSUPPORTED') ?? refusals[0] ?? noProtocol();
}

const DESCRIBE: Readonly<Record<Protocol, (api: RoboflowApi, inquiry: Inquiry) => Promise<Described>>> = {
  models: byModels,
  classic: byClassic,
};

async function byModels(api: RoboflowApi, { id, reference, reading, signal }: Inquiry): Promise<Described> {
  const { facts, packages, skipped } = await askModels(api, id.id, signal);
  const { model, used } = packagedModel(facts, packages, skipped, reference, reading);
  const links = new Map<string, string>();
  const files = used.flatMap(({ variantId, packageId }) => {
    const one = packages.find((candidate) => candidate.packageId === packageId);
    return (one?.artifacts ?? []).flatMap(({ name }): DescribedFile[] => {
      const file = one?.files.find(({ fileHandle }) => fileHandle === name);
      if (file === undefined) return [];
      const md5 = file.md5Hash ?? undefined;
      const described = { variantId, name, packageId, handle: name };
      links.set(linkKey(described), throughGateway(file.downloadUrl, api.settings.gateway));
      const identity = md5 === undefined ? placeIdentity(file.downloadUrl) : `md5:${md5}`;
      return [{ ...described, identity, ...(md5 === undefined ? {} : { md5 }) }];
    });
  });
  const described = { ...model, source: sourceOf(id.id, api.settings.modelsHost) };
  return {
    description: { protocol: 'models', id: id.id, model: described, files, graphGivesInputSize: false },
    links,
  };
}

async function byClassic(api: RoboflowApi, { id, reference, reading, signal }: Inquiry): Promise<Described> {
  const { facts, weights } = await askClassic(api, id, signal);
  const model: ModelPackage = {
    ...classicPackage(facts, reference, reading),
    source: sourceOf(id.id, api.settings.classicHost),
  };
  const file = { variantId: VARIANT, name: WEIGHTS, handle: WEIGHTS, identity: placeIdentity(weights) };
  return {
    description: { protocol: 'classic', id: id.id, model, files: [file], graphGivesInputSize: true },
    links: new Map([[linkKey(file), throughGateway(weights, api.settings.gateway)]]),
  };
}

/** What stays the same while a URL is signed anew: its place, without the query. Hashed, as places may name accounts. */
function placeIdentity(url: string): string {
  const { origin, pathname } = new URL(url);
  return `place:${createHash('sha256').update(`${origin}${pathname}`).digest('hex')}`;
}

function sourceOf(id: string, host: string): string {
  return `Roboflow ${id} (${new URL(host).host})`;
}

function noProtocol(): CareError {
  return new CareError('OPTIONS_INVALID', 'The registry roboflow has no protocol to ask by.');
}
