import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { surprisesIn } from '../../scripts/package/allowedFiles.mjs';
import { sizeText } from '../../scripts/package/sizeText.mjs';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
/** The gallery takes far more; a package that grows past this has swallowed something. */
const LARGEST_BYTES = 6 * 1024 * 1024;

/**
 * @param {Awaited<ReturnType<typeof import('../../scripts/package/makePackage.mjs').makePackage>>} made
 * @returns {import('../ui/support/runChecks.mjs').Check[]}
 */
export function archiveChecks(made) {
  const names = made.files.map(({ name }) => name);
  return [
    {
      title: 'the package holds the allowed files and no others',
      check: () => assert.deepEqual(surprisesIn(names), []),
    },
    {
      title: 'the list of allowed files notices a stray file and a missing one',
      check: () => {
        const changed = [
          ...names.filter((name) => name !== 'extension/package.json'),
          'extension/src/cli.ts',
        ];
        const expected = ['missing: extension/package.json', 'not allowed: extension/src/cli.ts'];
        assert.deepEqual(
          expected.filter((surprise) => !surprisesIn(changed).includes(surprise)),
          [],
        );
      },
    },
    {
      title: `the package is smaller than ${sizeText(LARGEST_BYTES)}`,
      check: () => assert.ok(made.bytes < LARGEST_BYTES, sizeText(made.bytes)),
    },
    { title: 'the notices name every bundled package with its licence', check: checkNotices },
    { title: 'the manifest says what the gallery shows', check: checkGalleryFields },
    { title: 'the bundles hold no client that uploads profiles', check: checkNoUploads },
  ];
}

async function checkNotices() {
  const notices = await readFile(path.join(ROOT, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of ['typescript', 'ws', 'commander', '@jridgewell/trace-mapping']) {
    assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S+\\)$`, 'm'), name);
  }
  assert.doesNotMatch(notices, /carries no licence text|\(undefined\)/);
}

async function checkGalleryFields() {
  const manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  for (const field of [
    'publisher',
    'displayName',
    'description',
    'icon',
    'license',
    'homepage',
    'categories',
  ]) {
    assert.ok(manifest[field]?.length > 0, field);
  }
  assert.deepEqual(manifest.extensionKind, ['workspace']);
  assert.match(manifest.repository.url, /^https:/);
  assert.match(manifest.galleryBanner.color, /^#[0-9a-f]{6}$/);
  const png = await readFile(path.join(ROOT, manifest.icon));
  // A PNG's header gives width and height at bytes 16 and 20.
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
}

async function checkNoUploads() {
  for (const name of ['extension.js', 'offloop-recorder.js', 'cli.js']) {
    const bundle = await readFile(path.join(ROOT, 'dist', name), 'utf8');
    assert.doesNotMatch(bundle, /amazonaws\.com|s3-control|applicationinsights/, name);
  }
}
