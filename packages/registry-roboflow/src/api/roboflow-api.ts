import type { HttpClient } from '@care/artifact-store';
import type { Settings } from '../options.js';
import type { Question } from './refused-answer.js';

/** What the protocols need to ask. */
export interface RoboflowApi {
  readonly client: HttpClient;
  readonly settings: Pick<Settings, 'apiKey' | 'modelsHost' | 'classicHost' | 'gateway'>;
}

export function question({ settings }: RoboflowApi, id: string, host: string): Question {
  return { id, host: new URL(host).host, hasKey: settings.apiKey !== undefined };
}

/** The address through the gateway, when there is one; an address that goes through it already stays as it is. */
export function throughGateway(url: string, gateway: string | undefined): string {
  if (gateway === undefined) return url;
  const prefix = `${gateway}/proxy?url=`;
  return url.startsWith(prefix) ? url : `${prefix}${encodeURIComponent(url)}`;
}
