// Who may import whom: data flows one way, floor by floor, and only the top floor knows VS Code.

/** A file of one of these folders of src. */
const inside = (...folders) => `^src/(${folders.join('|')})/`;
/** Anything of the repository's own code that is not in these folders. */
const outside = (...folders) =>
  `^(?!src/(${folders.join('|')})/)(src|media|packages|test|bench|demo|scripts)/`;

/** A folder imports from itself and from these alone. */
const mayImport = (folder, ...folders) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} imports ${folders.length === 0 ? 'nothing' : folders.join(', ')} and itself.`,
  severity: 'error',
  from: { path: inside(folder) },
  to: { path: outside(folder, ...folders) },
});

const executor = 'packages/executor/src';
/** A room of the executor imports from itself and from these rooms alone; its entries import from all. */
const executorRoom = (room, ...rooms) => ({
  name: `executor-${room}-imports`,
  comment: `${executor}/${room} imports ${rooms.length === 0 ? 'nothing' : rooms.join(', ')} and itself.`,
  severity: 'error',
  from: { path: `^${executor}/${room}/` },
  to: { path: `^${executor}/(?!(${[room, ...rooms].join('|')})/)` },
});

/** Floors 0 to 2, from the ground up; each list is what a folder of the floors above may import. */
const ground = ['base', 'recording', 'report'];
const engine = [...ground, 'code', 'remedies', 'analysis'];
const below = [...engine, 'injected', 'sources', 'types', 'profiler', 'fixes', 'investigation', 'wording'];
const anyLibrary = '(^|/)node_modules/';
const libraries = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    mayImport('base'),
    mayImport('injected'),
    mayImport('recording', 'base', 'wording/numbers'),
    mayImport('report', 'base', 'recording', 'wording/numbers'),
    mayImport('code', ...ground),
    mayImport('remedies', ...ground, 'code', 'wording/numbers'),
    mayImport('analysis', ...ground, 'code'),
    mayImport('sources', ...engine, 'wording/numbers'),
    mayImport('types', 'base'),
    mayImport('profiler', 'base', 'recording', 'injected', 'wording/numbers'),
    mayImport('fixes', ...engine, 'sources', 'types'),
    mayImport('investigation', ...engine, 'sources', 'profiler', 'fixes'),
    mayImport('wording', ...ground, 'investigation'),
    // A figure is said in one way, on every floor and in the webview.
    mayImport('wording/numbers'),
    mayImport('terminal', ...below),
    mayImport('editor', ...below),
    mayImport('processes', 'investigation'),
    {
      name: 'ground-is-pure',
      comment: 'src/base and src/injected use no library and nothing of Node.',
      severity: 'error',
      from: { path: inside('base', 'injected') },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'engine-is-pure',
      comment:
        'Recordings, code, remedies and analysis are pure and synchronous: hashing and path arithmetic, no I/O.',
      severity: 'error',
      from: { path: inside('recording', 'report', 'code', 'remedies', 'analysis') },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|path|path/posix|url|module)$' },
    },
    {
      name: 'engine-libraries',
      comment:
        'The engine knows three libraries: TypeScript for syntax, trace-mapping for source maps, diff for changed text.',
      severity: 'error',
      from: { path: inside('recording', 'report', 'code', 'remedies', 'analysis') },
      to: { path: anyLibrary, pathNot: libraries('typescript', '@jridgewell', 'diff', 'node') },
    },
    {
      name: 'vscode-only-in-editor',
      comment: '`vscode` exists only in the extension host.',
      severity: 'error',
      from: { path: '^(src|media|packages)/', pathNot: '^src/(editor/|extension\\.ts$)' },
      to: { path: '^vscode$|node_modules/(@types/)?vscode/' },
    },
    {
      name: 'inspector-api-in-profiler',
      comment: 'inspector-api is used by one file of src/profiler.',
      severity: 'error',
      from: { pathNot: inside('profiler') },
      to: { path: '(^|/)node_modules/inspector-api/' },
    },
    {
      name: 'entries-are-roots',
      comment: 'The entries wire everything together and are imported by nobody.',
      severity: 'error',
      from: {},
      to: { path: '^src/([^/]+|processes/[^/]+)\\.ts$' },
    },
    {
      name: 'media-imports',
      comment:
        "The webview client imports types of the editor's message protocol and of the report, and how figures are said.",
      severity: 'error',
      from: { path: '^media/' },
      to: {
        path: '^(src|packages|test|bench|demo|scripts)/',
        pathNot: inside('editor', 'report', 'base', 'wording/numbers'),
      },
    },
    {
      name: 'media-imports-types',
      comment: 'The webview client bundles no code of src but how figures are said.',
      severity: 'error',
      from: { path: '^media/' },
      to: { path: '^src/(?!wording/numbers/)', dependencyTypesNot: ['type-only'] },
    },
    executorRoom('wire'),
    executorRoom('tasks', 'wire'),
    executorRoom('observe', 'wire', 'tasks'),
    executorRoom('worker', 'wire'),
    executorRoom('pool', 'wire', 'tasks', 'observe'),
    executorRoom('adapters', 'wire', 'tasks', 'observe', 'pool', 'worker'),
    executorRoom('api', 'wire', 'tasks', 'observe', 'pool', 'adapters'),
    {
      name: 'executor-adapters-pool-types',
      comment: 'Adapters stand on pools of others: of the own pool they know option types.',
      severity: 'error',
      from: { path: `^${executor}/adapters/` },
      to: { path: `^${executor}/pool/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'executor-apart',
      comment: 'packages/executor is published by itself: it never imports src.',
      severity: 'error',
      from: { path: '^packages/executor/' },
      to: { path: '^(src|media|demo|scripts)/' },
    },
    {
      name: 'executor-bullmq-apart',
      comment: 'packages/executor-bullmq knows the executor by its name alone, as anybody would.',
      severity: 'error',
      from: { path: '^packages/executor-bullmq/src/' },
      to: { path: '^(src|media|demo|scripts|packages/executor/src)/' },
    },
    {
      name: 'executor-knows-no-queue',
      comment: 'packages/executor has no dependencies: what needs Redis is a package of its own.',
      severity: 'error',
      from: { path: '^packages/executor/src/' },
      to: { path: '^packages/executor-bullmq/|node_modules/(bullmq|ioredis)/' },
    },
    {
      name: 'executor-not-inside',
      comment: 'src never imports the executor: fixes write its name, nothing here runs it.',
      severity: 'error',
      from: { path: '^(src|media)/' },
      to: { path: '^packages/' },
    },
    {
      name: 'no-tests-in-product',
      comment: 'What ships does not import tests.',
      severity: 'error',
      from: { path: ['^(src|media|packages/executor/src)/', '^packages/executor-bullmq/src/'] },
      to: {
        path: ['^(packages/executor/)?(test|bench|soak)/', '^packages/executor-bullmq/(test|bench|soak)/'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle of modules has no order in which it could be understood.',
      severity: 'error',
      from: { path: '^(src|media)/' },
      to: { circular: true },
    },
    {
      name: 'no-cycles-in-packages',
      comment: "The packages may name each other's types in a circle, never run in one.",
      severity: 'error',
      from: { path: '^packages/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing reaches this file, and it reaches nothing.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/([^/]+|processes/[^/]+)\\.ts$' },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'The imported file does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'packages/executor/dist', 'packages/executor-bullmq/dist'] },
    exclude: { path: ['^test/fixtures/', '^test/editor/scenarios/', '/test/fixtures/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
      // Subpaths of packages are found as Node finds them: by their exports.
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
