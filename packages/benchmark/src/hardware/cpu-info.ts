import { createHash } from 'node:crypto';

/** Instruction set extensions that inference engines have kernels for. */
const TELLING = new Set(
  [
    'sse4_2 avx avx2 fma f16c avx_vnni avx512f avx512bw avx512vl avx512_vnni avx512_bf16 avx512_fp16 amx_tile amx_int8 amx_bf16',
    'asimd asimddp asimdhp fphp i8mm bf16 sve sve2 sme neon',
  ].flatMap((line) => line.split(' ')),
);

export interface CpuInfo {
  readonly model?: string;
  readonly flagsSha256: string;
  readonly extensions: readonly string[];
}

/** What `/proc/cpuinfo` says of the first core: `flags` on x86, `Features` on ARM. Anything may be missing. */
export function parseCpuInfo(text: string): CpuInfo {
  const field = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1]?.trim();
  const model = field(/^model name[ \t]*:(.*)$/m) ?? field(/^(?:Model|Hardware)[ \t]*:(.*)$/m);
  const flags = (field(/^(?:flags|Features)[ \t]*:(.*)$/m) ?? '').split(/\s+/).filter((flag) => flag !== '');
  const sorted = [...new Set(flags)].toSorted();
  return {
    ...(model === undefined || model === '' ? {} : { model: model.slice(0, 512) }),
    flagsSha256: sorted.length === 0 ? '' : createHash('sha256').update(sorted.join(' ')).digest('hex'),
    extensions: sorted.filter((flag) => TELLING.has(flag)),
  };
}
