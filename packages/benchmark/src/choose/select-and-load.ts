import type { Care, LoadOptions, Model } from '@care/model-manager';
import { CareError } from '@care/registry-core';
import { ProfileStore, profilesDirectory } from '../profile/profile-store.js';
import { profileKey, type Profile } from '../profile/profile.js';
import { localProfiles } from '../selection/local-profiles.js';
import { select, type Selection, type SelectionRequest } from '../selection/select.js';
import { loadOptionsOf } from './load-options.js';

export interface ChoiceRequest extends SelectionRequest {
  /** Every model of this task that the registries list is a candidate. */
  readonly task?: string;
  /** Only these, e.g. a family `['yolo-n', 'yolo-s', 'yolo-m']`. */
  readonly models?: readonly string[];
  /** Keys of profiles that are not to be taken. */
  readonly exclude?: readonly string[];
  /** Default: the folder that the environment names, see `profilesDirectory`. */
  readonly store?: ProfileStore;
}

export interface Choice {
  readonly selection: Selection;
  /** What to load. */
  readonly reference: string;
  /** How it was measured. */
  readonly load: LoadOptions;
}

/**
 * Chooses among what was measured on this machine.
 * @throws CareError as `select`; OPTIONS_INVALID (neither a task nor models), NOT_MEASURED (no valid profile: what is stale is told)
 */
export async function choose(care: Care, request: ChoiceRequest): Promise<Choice> {
  const { store = new ProfileStore(profilesDirectory(process.env)) } = request;
  const references = await candidates(care, request);
  const { profiles } = await store.readAll();
  const wanted =
    request.task === undefined ? profiles : profiles.filter(({ subject }) => subject.task === request.task);
  const known = new Set(wanted.map(({ subject }) => subject.model));
  const local = await localProfiles(
    care,
    references.filter((reference) => mayBe(reference, known)),
    wanted,
  );
  if (local.valid.length === 0) throw notMeasured(references, local.stale);
  const selection = select(without(local.valid, request.exclude), request);
  const { profile, key } = selection.chosen;
  const reference = local.references.get(key);
  if (reference === undefined)
    throw new CareError('NOT_MEASURED', `nothing that is here has the profile ${key}`);
  return { selection, reference, load: loadOptionsOf(profile) };
}

/**
 * `care.load` for who knows what is wanted, and not which model: chooses among what was measured here and loads that.
 * @param more options of the load that are no matter of the choice: a signal, a time limit, a queue
 * @throws CareError as `choose` and as `care.load`
 */
export async function selectAndLoad(
  care: Care,
  request: ChoiceRequest,
  more: LoadOptions = {},
): Promise<{ readonly model: Model; readonly choice: Choice }> {
  const choice = await choose(care, request);
  return { model: await care.load(choice.reference, { ...more, ...choice.load }), choice };
}

async function candidates(care: Care, { task, models }: ChoiceRequest): Promise<readonly string[]> {
  if (models !== undefined && models.length > 0) return models;
  if (task === undefined)
    throw new CareError('OPTIONS_INVALID', 'a choice needs a task, or the models to choose from');
  const { models: listed } = await care.list();
  return listed
    .filter((model) => model.task === undefined || model.task === task)
    .map(({ modelId, version }) => (version === undefined ? modelId : `${modelId}@${version}`));
}

function without(profiles: readonly Profile[], keys: readonly string[] = []): readonly Profile[] {
  return profiles.filter(({ identity }) => !keys.includes(profileKey(identity)));
}

/** Without a profile of the model there is nothing to resolve it for. */
function mayBe(reference: string, models: ReadonlySet<string>): boolean {
  const id = reference.replace(/^[^:@]*:/, '').replace(/@.*$/s, '');
  return models.has(id) || models.has(reference);
}

function notMeasured(
  references: readonly string[],
  stale: readonly { profile: Profile; differences: readonly string[] }[],
) {
  const [first] = stale;
  const why =
    first === undefined ? '' : `; a profile is there, but of something else: ${first.differences.join('; ')}`;
  return new CareError('NOT_MEASURED', `none of ${references.join(', ')} was measured here${why}`, {
    details: {
      stale: stale.map(({ profile, differences }) => ({
        key: profileKey(profile.identity),
        differences: [...differences],
      })),
    },
  });
}
