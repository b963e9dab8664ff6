/** Prints nested figures as one aligned line each: `detection.ratio   1.07`. */
export function printFigures(figures) {
  const rows = [...flatten(figures)];
  const width = Math.max(...rows.map(([key]) => key.length));
  for (const [key, value] of rows) console.log(`  ${key.padEnd(width)}  ${readable(value)}`);
}

export function printMachine(machine) {
  const { cpu, cores, memory_gb: memory, os, arch, node } = machine;
  console.log(`\nmeasured on ${cpu}, ${cores} cores, ${memory} GB, ${os} ${arch}, Node ${node}`);
}

function* flatten(value, prefix = '') {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      yield* flatten(inner, `${prefix}${key}.`);
    else yield [prefix + key, inner];
  }
}

function readable(value) {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(4)));
  return Array.isArray(value) ? value.map(readable).join(', ') : String(value);
}
