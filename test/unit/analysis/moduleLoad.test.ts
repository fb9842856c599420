import { describe, expect, it } from 'vitest';
import { analyse, inWork, native, node, siteOf } from './callSitesSupport.ts';

const dependency = (name: string): { url: string } => ({ url: `file:///app/node_modules/${name}/index.js` });

const frames = {
  require: node('internal/modules/helpers'),
  load: node('internal/modules/cjs/loader'),
  runMain: node('internal/modules/run_main'),
  dlopen: native,
  realm: node('internal/bootstrap/realm'),
  cryptoModule: { ...node('crypto'), functionName: '' },
  child: node('child_process'),
  execFileSync: node('child_process'),
  pbkdf2Sync: node('internal/crypto/pbkdf2'),
  gzipSync: node('zlib'),
  readFileSync: node('fs'),
  job: native,
  bcrypt: dependency('bcrypt'),
  helper: dependency('helper'),
};

const causeOf = (text: string, below: string): string => siteOf(inWork(text, below, frames));

describe('a call that loads a module', () => {
  it.each([
    ['of Node', "require('crypto')", 'require;load;realm;cryptoModule;realm'],
    ['of Node while it runs', "require('crypto')", 'require;load;realm;cryptoModule'],
    ['of a package with compiled code', "require('bcrypt')", 'require;load;bcrypt;require;load;dlopen'],
    ['that starts a child', "require('helper')", 'require;load;helper;execFileSync;job'],
    ['that derives a key', "require('helper')", 'require;load;helper;pbkdf2Sync;job'],
    ['that reads a file', "require('helper')", 'require;load;helper;readFileSync;job'],
  ])('%s is one of loading', (_what, call, below) => {
    expect(causeOf(`function work() {\n  ${call};\n}`, below)).toBe('module-load require 2:3 call');
  });

  it('is one of loading where a dependency or Node makes it', () => {
    expect(causeOf('function work() {\n  helper();\n}', 'helper;require;load;bcrypt;load;dlopen')).toBe(
      'module-load helper 2:3 call',
    );
    expect(causeOf('function work() {\n  helper();\n}', 'helper;realm;cryptoModule;realm')).toBe(
      'module-load helper 2:3 call',
    );
  });
});

describe('a call of a library', () => {
  it.each([
    ['crypto', 'pbkdf2Sync', 'pbkdf2Sync;job'],
    ['crypto', 'pbkdf2Sync', 'pbkdf2Sync;realm'],
    ['compression', 'gzipSync', 'gzipSync;realm'],
    ['crypto', 'bcrypt', 'bcrypt;job'],
    ['child-process', 'helper', 'helper;execFileSync;job'],
  ])('is %s for %s by %s', (cause, callee, below) => {
    expect(causeOf(`function work() {\n  ${callee}();\n}`, below)).toBe(`${cause} ${callee} 2:3 call`);
  });

  it('is no loading because the loader started the program', () => {
    const causes = (stack: string): readonly string[] =>
      analyse({ text: '', stack, frames }).findings.map(({ cause }) => cause);
    expect(causes('runMain;load;helper;pbkdf2Sync;job')).toEqual(['crypto']);
    expect(causes('runMain;load;helper;require;load;bcrypt;load;dlopen')).toEqual(['module-load']);
    expect(causes('runMain;load;realm;cryptoModule;realm')).toEqual(['module-load']);
  });
});

describe('a callback', () => {
  const entries = {
    readFileAfterClose: node('internal/fs/read/context'),
    onhandshake: node('internal/crypto/tls'),
    processCallback: node('zlib'),
    onexit: node('internal/child_process'),
    oncomplete: node('fs'),
    emit: node('events'),
    bcryptjs: dependency('bcryptjs'),
    hash: dependency('bcryptjs'),
  };
  const causeBelow = (stack: string): string | undefined =>
    analyse({ text: '', stack, frames: { ...frames, ...entries } }).findings[0]?.cause;

  it.each(['readFileAfterClose', 'onhandshake', 'processCallback', 'onexit', 'oncomplete'])(
    'through %s is what it runs',
    (entry) => {
      expect(causeBelow(`${entry};bcryptjs;hash`)).toBe('cpu');
      expect(causeBelow(`${entry};emit;bcryptjs`)).toBe('cpu');
      expect(causeBelow(`${entry};bcryptjs;pbkdf2Sync;job`)).toBe('crypto');
      expect(causeBelow(`${entry};bcryptjs;readFileSync;job`)).toBe('sync-io');
    },
  );

  it('that a call of the project entered is what it runs, too', () => {
    const text = 'function work() {\n  stream.write(data);\n}';
    const below = 'processCallback;bcryptjs;hash';
    expect(siteOf(inWork(text, below, { ...frames, ...entries }))).toMatch(/^cpu/);
  });

  it('of Node itself is what it runs', () => {
    expect(causeBelow('readFileAfterClose;job')).not.toBe('sync-io');
  });
});

describe('a compiler that works on the modules of the program', () => {
  it.each(['tsx', 'esbuild', 'ts-node', 'jiti'])('is loading, and no finding of its own: %s', (name) => {
    const stack = 'runMain;load;compiler;execFileSync;job';
    const [finding] = analyse({
      text: '',
      stack,
      frames: { ...frames, compiler: dependency(name) },
    }).findings;
    expect(finding).toMatchObject({ cause: 'module-load', callSite: null });
  });
});

describe('modules that load each other', () => {
  const text = 'function work() {\n  require("./generated/index.js");\n}';
  const loaded = { url: 'file:///app/generated/index.js', lineNumber: 0, columnNumber: 0, functionName: '' };
  const more = { ...frames, index: loaded, part: { ...loaded, url: 'file:///app/generated/part.js' } };

  it('are loaded by the call from which the loader was entered', () => {
    const below = 'require;load;index;require;load;part;require;load;readFileSync;job';
    expect(siteOf(inWork(text, below, more))).toBe('module-load require 2:3 call');
  });

  it('are so through import(), too', () => {
    const esm = { ...more, importModuleDynamicallyCallback: node('internal/modules/esm/utils') };
    const below = 'importModuleDynamicallyCallback;load;readFileSync;job';
    const source = 'async function work() {\n  await import("./generated/index.js");\n}';
    expect(siteOf(inWork(source, below, esm))).toBe('module-load import 2:9 call');
  });

  it('compute for themselves', () => {
    const below = 'require;load;index';
    expect(siteOf(inWork(text, below, more))).toMatch(/^cpu - 1:1/);
  });
});
