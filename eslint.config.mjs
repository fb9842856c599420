import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Function and file sizes at which a reader loses the thread. */
const sizes = {
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
};

const everywhere = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
  'no-console': 'off',
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportAllDeclaration', message: 'No barrels: import the file that has it.' },
  ],
};

const typed = {
  '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
  // Overloads are documentation: each has its own sentence.
  '@typescript-eslint/unified-signatures': 'off',
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // Node's callbacks and event emitters are used where a promise would drop an event.
  '@typescript-eslint/no-misused-promises': [
    'error',
    { checksVoidReturn: { arguments: true, attributes: false } },
  ],
  // The oracle may run on a project's own TypeScript 5, which has no `phaseModifier`.
  '@typescript-eslint/no-deprecated': ['error', { allow: ['isTypeOnly'] }],
  '@typescript-eslint/no-misused-spread': 'off',
  // Both flag the idioms of TypeScript's own flags and of subclassed promises.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportAllDeclaration', message: 'No barrels: import the file that has it.' },
    { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  ],
};

const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis)
    .concat('require', 'module', 'exports', '__dirname', '__filename')
    .map((name) => [name, 'readonly']),
);

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/dist-test/',
      'test/fixtures/',
      'test/editor/scenarios/',
      'packages/executor/test/fixtures/',
      'packages/executor/bench/',
      'packages/executor/soak/',
      'packages/executor-bullmq/test/fixtures/',
      'packages/executor-bullmq/{bench,demo,soak}/',
      // Programs that tests profile: they block on purpose.
      'test/live/**/*.{js,cjs,mjs}',
      // Programs of the bench, written as the documentation of the packages shows.
      'bench/real/programs/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: nodeGlobals },
    rules: everywhere,
  },
  {
    files: [
      '{src,test,media,bench}/**/*.{ts,mts}',
      'packages/executor{,-bullmq}/{src,test}/**/*.{ts,mts}',
      '*.mts',
    ],
    extends: [
      eslint.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...everywhere, ...sizes, ...typed },
  },
  {
    // What is injected into a target may not trust its types, nor rely on anything outside itself.
    files: ['src/injected/**'],
    rules: {
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // A describe is one function that holds a whole behaviour; its tests are the units of reading.
    files: ['**/test/**/*.{ts,mts}', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['*.mts', '*.mjs', '**/vitest.config.mts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
