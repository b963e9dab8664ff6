import { existsSync } from 'node:fs';

/** Where Debian's and Ubuntu's package `libonnx-testdata` puts the tests. */
const DEBIAN = '/usr/share/libonnx-testdata/data';

/** The folder of ONNX's backend tests: `ONNX_TEST_DATA`, else that of Debian's package; undefined when there is none. */
export function onnxTestData() {
  const directory = process.env.ONNX_TEST_DATA ?? DEBIAN;
  return existsSync(`${directory}/node`) ? directory : undefined;
}

export const HOW_TO_GET_IT =
  'Install libonnx-testdata (Debian, Ubuntu), or name a folder that holds `node` of onnx/backend/test/data by ONNX_TEST_DATA.';
