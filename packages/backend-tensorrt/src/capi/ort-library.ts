import { CareError, errorMessage } from '@care/registry-core';
import type * as Koffi from 'koffi';
import { whileHeld } from './held-memory.js';
import {
  ORT_API_VERSION,
  ORT_FUNCTIONS,
  ORT_RELEASES,
  type OrtFunction,
  type OrtObject,
} from './ort-functions.js';

/** An address in native memory, or JavaScript memory that the call reads or writes; null is no object. */
export type Pointer = bigint | NodeJS.TypedArray | null;
export type Argument = Pointer | number | bigint;

/** What the engine answered when it refused. */
export class OrtFailure extends Error {
  override readonly name = 'OrtFailure';
}

type Native = ((...args: Argument[]) => bigint | null) & {
  async(...args: [...Argument[], (error: unknown, status: bigint | null) => void]): void;
};

/** ONNX Runtime's own library behind its C API: what its Node binding leaves out can be said here. */
export interface OrtLibrary {
  readonly version: string;
  /** @throws OrtFailure */
  call(name: OrtFunction, ...args: Argument[]): void;
  /** As `call`, on a thread of its own: the event loop goes on. */
  callAsync(name: OrtFunction, ...args: Argument[]): Promise<void>;
  /** Calls with one more argument, where the address of what was made is written. */
  make(name: OrtFunction, ...args: Argument[]): bigint;
  release(kind: OrtObject, object: bigint | undefined): void;
  /** Address of JavaScript memory; valid as long as something refers to that memory. */
  addressOf(memory: NodeJS.TypedArray): bigint;
  textAt(address: bigint): string;
  /** A copy of native memory. */
  copyOf(address: bigint, byteLength: number): ArrayBuffer;
}

/** The library is loaded once: the one environment of ONNX Runtime lives as long as the process. */
const loaded = new Map<string, Promise<OrtLibrary>>();

const handles: object[] = [];

/** @throws CareError BACKEND_UNAVAILABLE */
export function loadOrtLibrary(path: string): Promise<OrtLibrary> {
  let library = loaded.get(path);
  if (library === undefined) {
    library = open(path);
    loaded.set(path, library);
  }
  return library;
}

async function open(path: string): Promise<OrtLibrary> {
  try {
    // Native code: on first use only.
    return bind(await import('koffi'), path);
  } catch (cause) {
    throw new CareError('BACKEND_UNAVAILABLE', `ONNX Runtime does not load: ${errorMessage(cause)}`, {
      remedy: 'Reinstall onnxruntime-node and koffi for this platform.',
      details: { backend: 'tensorrt', library: path },
      cause,
    });
  }
}

function bind(koffi: typeof Koffi, path: string): OrtLibrary {
  const pointer = 'void *';
  const words: Readonly<Record<string, string>> = { p: pointer, z: 'size_t', i: 'int' };
  const typesOf = (signature: string) => Array.from(signature, (letter) => words[letter] ?? pointer);
  const callable = (address: unknown, result: string, signature: string): Native =>
    koffi.decode(address, koffi.proto(result, typesOf(signature))) as Native;

  const [engine, program] = [koffi.load(path), koffi.load(null)];
  // Koffi unloads a library when its handle is collected; addresses taken out of it do not count as uses.
  handles.push(engine, program);
  // Nor may it go with the worker thread that loaded it: its own threads and environment stay until the process ends.
  program.func('dlopen', pointer, ['str', 'int'])(path, RTLD_NOW | RTLD_NODELETE);
  const base: unknown = engine.func('OrtGetApiBase', pointer, [])();
  const member = (table: unknown, index: number): unknown =>
    koffi.decode(table, index * POINTER_SIZE, pointer);
  const getApi = koffi.decode(member(base, 0), koffi.proto(pointer, ['uint32_t'])) as (
    version: number,
  ) => unknown;
  const getVersion = koffi.decode(member(base, 1), koffi.proto('str', [])) as () => string;
  const api = getApi(ORT_API_VERSION);
  if (api === null) throw new Error(`${path} has no C API of version ${ORT_API_VERSION}`);

  const functions = new Map(
    Object.entries(ORT_FUNCTIONS).map(([name, [index, signature]]) => [
      name,
      callable(member(api, index), pointer, signature),
    ]),
  );
  const releases = new Map(
    Object.entries(ORT_RELEASES).map(([kind, index]) => [kind, callable(member(api, index), 'void', 'p')]),
  );
  const memcpy = program.func('memcpy', pointer, [pointer, pointer, 'size_t']);
  const messageOf = koffi.decode(member(api, 2), koffi.proto('str', [pointer])) as (status: bigint) => string;

  const release: OrtLibrary['release'] = (kind, object) => {
    if (object !== undefined) releases.get(kind)?.(object);
  };
  const check = (status: bigint | null): void => {
    if (status === null) return;
    const message = messageOf(status);
    release('Status', status);
    throw new OrtFailure(message.trim());
  };
  const named = (name: OrtFunction): Native => {
    const native = functions.get(name);
    if (native === undefined) throw new Error(name);
    return native;
  };
  const call: OrtLibrary['call'] = (name, ...args) => check(named(name)(...args));
  return {
    version: getVersion(),
    call,
    callAsync: async (name, ...args) => {
      const answered = () =>
        new Promise<bigint | null>((resolve, reject) => {
          named(name).async(...args, (error, answer) => {
            if (error === null || error === undefined) resolve(answer);
            else reject(error instanceof Error ? error : new Error(errorMessage(error)));
          });
        });
      check(await whileHeld(args, answered));
    },
    make: (name, ...args) => {
      const place = new BigUint64Array(1);
      call(name, ...args, place);
      return place[0] ?? 0n;
    },
    release,
    addressOf: (memory) => koffi.address(memory),
    textAt: (address) => koffi.decode.string(address),
    copyOf: (address, byteLength) => {
      // Not as a view: the engine uses its memory again, and V8 ends the process over two buffers at one address.
      const copy = new Uint8Array(byteLength);
      memcpy(copy, address, byteLength);
      return copy.buffer;
    },
  };
}

const POINTER_SIZE = 8;

/** dlfcn.h of Linux. */
const RTLD_NOW = 2;
const RTLD_NODELETE = 0x1000;
