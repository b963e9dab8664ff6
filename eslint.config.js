import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The arrows of the design: what each kind of package may import. `npm run check:arrows` proves that a forbidden one fails. */
const arrows = {
  core: [],
  manifest: ['core'],
  testkit: ['core'],
  plugin: ['core', 'manifest'],
  vision: ['core'],
  manager: ['core', 'vision'],
  host: ['core', 'manifest', 'vision', 'manager', 'plugin'],
  tools: ['core', 'manifest', 'vision', 'manager', 'host', 'plugin', 'testkit', 'tools'],
};

const depConstraints = (extra = []) =>
  Object.entries(arrows).map(([source, targets]) => ({
    sourceTag: `type:${source}`,
    onlyDependOnLibsWithTags: [...targets, ...extra].map((target) => `type:${target}`),
  }));

const boundaries = (extra) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], depConstraints: depConstraints(extra) },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/node_modules', '**/.nx', '**/fixtures'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.js'],
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': boundaries([]) },
  },
  {
    // Tests may use the published contract suites, and real plugins instead of mocks.
    files: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['testkit', 'plugin']) },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setImmediate: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs', 'tools/**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'readonly', __dirname: 'readonly', exports: 'readonly' },
    },
  },
  prettier,
);
