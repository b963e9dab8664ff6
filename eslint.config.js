import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * The arrows of the design: what each kind of package (`nx.tags` in its package.json) may import.
 * `npm run check:arrows` proves that a forbidden import fails.
 */
const arrows = {
  core: [],
  manifest: ['core'],
  store: ['core'],
  testkit: ['core'],
  plugin: ['core', 'manifest', 'store'],
  vision: ['core'],
  manager: ['core', 'vision'],
  benchmark: ['core', 'vision', 'manager'],
  server: ['core', 'vision', 'manager', 'benchmark'],
  host: ['core', 'manifest', 'store', 'vision', 'manager', 'benchmark', 'server', 'plugin'],
  tools: [
    'core',
    'manifest',
    'store',
    'vision',
    'manager',
    'benchmark',
    'server',
    'host',
    'plugin',
    'testkit',
    'tools',
  ],
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

const tests = ['**/*.test.ts', '**/*.fixture.ts', '**/*.test.mjs'];

/** What package sources may not do, wherever the lint is started: these patterns are relative to the workspace. */
const workspace = { basePath: import.meta.dirname };

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/out-tsc',
      '**/test-output',
      '**/node_modules',
      '**/.nx',
      '**/fixtures',
      '**/files',
    ],
  },
  {
    // `eslint-disable` has no effect: a rule that is wrong is changed here, for everybody.
    linterOptions: { noInlineConfig: true },
  },
  js.configs.recommended,
  {
    rules: {
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/unified-signatures': 'off',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^@care/[^/]+/(src|dist)(/|$)',
              message: 'Import what the package exports, not its files.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSAsExpression > TSAsExpression.expression > TSUnknownKeyword.typeAnnotation',
          message: 'Check the value instead of casting it through unknown.',
        },
      ],
    },
  },
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    ignores: ['**/eslint.config.*'],
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': boundaries([]) },
  },
  {
    // Tests may use the published contract suites, and real plugins instead of mocks.
    files: tests,
    rules: { '@nx/enforce-module-boundaries': boundaries(['testkit', 'plugin']) },
  },
  {
    // A registry is right when its models predict: its tests go all the way from a reference to a prediction.
    ...workspace,
    files: ['packages/registry-*/src/**/*.test.ts', 'packages/registry-*/src/**/*.fixture.ts'],
    ignores: ['packages/registry-core/**'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['testkit', 'plugin', 'vision', 'manager']) },
  },
  {
    ...workspace,
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/cli/**', '**/console-logger.ts', ...tests],
    rules: { 'no-console': 'error' },
  },
  {
    ...workspace,
    files: ['packages/registry-*/src/**/*.ts', 'packages/backend-*/src/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'A plugin reads the environment from its context (`context.env`).',
        },
      ],
    },
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
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setImmediate: 'readonly',
        structuredClone: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
  {
    ...workspace,
    files: ['**/*.cjs', 'tools/**/*.js'],
    ignores: ['tools/e2e/**', 'tools/examples/**'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'readonly', __dirname: 'readonly', exports: 'readonly' },
    },
  },
  prettier,
);
