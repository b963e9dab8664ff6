/** Node arguments with a value in the next argument. */
const TAKES_VALUE =
  /^(?:-e|-p|-pe|--eval|--print|-r|--require|--import|--loader|--experimental-loader|-C|--conditions)$/;
/** What a module loader of the host needs in a thread; anything else a thread has from its process, or is refused. */
const LOADING =
  /^(?:-r|-C|--(?:require|import|loader|experimental-loader|conditions|enable-source-maps|no-warnings)(?:=.*)?)$/;
/** What would start a debugger twice, or the host's own script again. */
const NOT_FOR_CHILDREN =
  /^(?:-e|-p|-pe|-i|--(?:eval|print|interactive|inspect|input-type|test|watch)(?:[-=].*)?)$/;
/** Workers run what was built, also when the host's tests run from the sources of this workspace. */
const SOURCE_CONDITION = '@care/source';

/** Of the host's `process.execArgv`, what a worker thread is started with. */
export function threadArguments(execArgv: readonly string[]): string[] {
  return keep(execArgv, (flag, value) => LOADING.test(flag) && !isSource(flag, value));
}

/** Of the host's `process.execArgv`, what a child process is started with. */
export function processArguments(execArgv: readonly string[]): string[] {
  return keep(execArgv, (flag, value) => !NOT_FOR_CHILDREN.test(flag) && !isSource(flag, value));
}

function isSource(flag: string, value: string | undefined): boolean {
  return value === SOURCE_CONDITION || flag.endsWith(`=${SOURCE_CONDITION}`);
}

function keep(
  execArgv: readonly string[],
  wanted: (flag: string, value: string | undefined) => boolean,
): string[] {
  const kept: string[] = [];
  for (let index = 0; index < execArgv.length; index++) {
    const flag = execArgv[index] ?? '';
    const value = TAKES_VALUE.test(flag) ? execArgv[++index] : undefined;
    if (wanted(flag, value)) kept.push(flag, ...(value === undefined ? [] : [value]));
  }
  return kept;
}
