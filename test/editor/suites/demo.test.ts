import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { OffloopApi } from '../../../src/editor/app.ts';
import type { Session } from '../../../src/editor/state/session.ts';
import { diagnosticsWhen, drawDiagnostics } from '../support/diagnosticsWhen.ts';
import { drawTree } from '../support/drawTree.ts';
import { codeActionsAt, codeLensesOf, hoverTextAt } from '../support/provide.ts';
import { attachTo, findingWhen, loadApi, repeatUntil, sessionWhen } from '../support/session.ts';
import { startTarget, type RunningTarget } from '../support/startTarget.ts';
import { fileUri, openFile } from '../support/workspace.ts';

const file = 'routes/account.js';
const call = "crypto.pbkdf2Sync(password, 'salt of ada', 210_000, 64, 'sha512')";

/** The demo shop under its inspector, and where it listens. */
async function startShop(): Promise<{ target: RunningTarget; url: string }> {
  const target = await startTarget('server.js', [], { PORT: '0' });
  const [, url = ''] = await target.line(/^Demo shop listening on (\S+)/);
  return { target, url };
}

const login = async (url: string): Promise<string> => (await fetch(`${url}/login`)).text();

describe('the demo shop under Offloop', () => {
  let api: OffloopApi;
  let shop: Awaited<ReturnType<typeof startShop>>;
  let session: Session;
  let document: vscode.TextDocument;
  let answer: string;

  before(async () => {
    ({ document } = await openFile(file));
    api = await loadApi();
    shop = await startShop();
  });

  after(async () => {
    await vscode.commands.executeCommand('offloop.stop');
    await shop.target[Symbol.asyncDispose]();
  });

  it('is attached to by address', async () => {
    session = await attachTo(shop.target.url);
    const { target } = await sessionWhen(api, session.id, ({ phase }) => phase === 'recording');
    assert.equal(target?.pid, shop.target.pid);
  });

  it('gets a problem at the exact call that blocks, while it is recorded', async () => {
    const found = diagnosticsWhen(document.uri, (diagnostics) => diagnostics.length > 0);
    const [problem] = await repeatUntil(found, async () => {
      answer = await login(shop.url);
    });
    assert.ok(problem);
    assert.equal(document.getText(problem.range), call);
    assert.match(
      drawDiagnostics([problem]),
      /^6:16-6:81 Information crypto crypto\.pbkdf2Sync blocked the event loop /,
    );
  });

  it('is drawn as session, finding, blocks and frames', async () => {
    const lines = (await drawTree(api.tree)).split('\n');
    // A command that the shop runs at this moment is a process whose inspector is closed.
    assert.match(
      lines[0] ?? '',
      /^server\.js — recording since \d\d:\d\d · \d+ findings? · (?:1 process not recorded · )?pid \d+$/,
    );
    // On a busy machine the process itself may have been held up as well, which is a finding of its own.
    const at = lines.findIndex((line) =>
      /^ {2,4}\d+ ms {2}(?:GET \/login · pbkdf2Sync — \d+× · in login|pbkdf2Sync — GET \/login)$/.test(line),
    );
    assert.ok(at > 0, lines.join('\n'));
    assert.match(lines[at + 1] ?? '', /^ {4,6}\d+ ms — GET \/login · (?:of a block of \d+ ms · )?at /);
    assert.ok(
      lines.some((line) => /^ {6,8}login — routes\/account\.js:\d+$/.test(line)),
      lines.join('\n'),
    );
  });

  it('explains itself in a hover: route, own frames, and links that hold no name of the program', async () => {
    const text = unescaped(await hoverTextAt(document.uri, rangeOf(document, call).start));
    assert.match(text, /It served GET \/login\./);
    assert.match(text, /- login \[account\.js:\d+\]\(file:[^)]+account\.js#L\d+/);
    assert.doesNotMatch(text, /pbkdf2/);
    // The problem at the same place says the numbers.
    assert.doesNotMatch(text, /\d+ ms/);
    const links = [...text.matchAll(/\[([^\]]+)\]\(command:([\w.]+)\?([^)]+)\)/g)];
    assert.deepEqual(
      links.map(([, title, command]) => [title, command]),
      [
        ['Fix', 'offloop.fixFinding'],
        ['Timeline', 'offloop.showTimeline'],
        ['What is this?', 'offloop.inner.showCause'],
      ],
    );
    const queries = links.map(([, , , query = '']) => JSON.parse(decodeURIComponent(query)) as unknown);
    const [{ id: finding } = { id: '' }] = api.findings.filter(
      ({ callee }) => callee === 'crypto.pbkdf2Sync',
    );
    const place = { session: { id: session.id }, finding };
    assert.deepEqual(queries, [[place], [place], ['crypto']]);
  });

  it('shows no lens while recording, as lenses move lines', async () => {
    assert.deepEqual(await ownLenses(document.uri), []);
  });

  it('moves the problem with edits above it', async () => {
    const added = '// one\n// two\n';
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), added);
    await vscode.workspace.applyEdit(edit);
    const [problem] = await diagnosticsWhen(
      document.uri,
      ([first]) => first !== undefined && document.getText(first.range) === call,
    );
    assert.equal(problem?.range.start.line, rangeOf(document, call).start.line);
    const back = new vscode.WorkspaceEdit();
    back.delete(document.uri, new vscode.Range(0, 0, 2, 0));
    await vscode.workspace.applyEdit(back);
    await document.save();
  });

  it('gets no verdict from restarts without a change, however noisy they are', async () => {
    for (let restart = 0; restart < 3; restart += 1) {
      await shop.target[Symbol.asyncDispose]();
      await sessionWhen(api, session.id, ({ phase }) => phase === 'waiting');
      shop = await startShop();
      await sessionWhen(
        api,
        session.id,
        ({ phase, target: now }) => phase === 'recording' && now?.pid === shop.target.pid,
      );
      // What is not asked for is not gone either.
      const asked = restart === 1 ? '/ping' : '/login';
      for (let count = 0; count < 6; count += 1) await (await fetch(shop.url + asked)).text();
      const known = await sessionWhen(
        api,
        session.id,
        ({ runs }) => (runs.at(-1)?.report.recording.requests ?? 0) >= 6,
      );
      assert.ok(known);
      assert.doesNotMatch(await drawTree(api.tree), /✓|still blocks/);
    }
  });

  it('is fixed by the first quick fix, with the TypeScript extension beside it, in one undo step', async () => {
    const typescript = vscode.extensions.getExtension('vscode.typescript-language-features');
    assert.equal(typescript?.isActive, true);
    const text = document.getText();
    const actions = await offloopActions(document.uri, rangeOf(document, call));
    assert.deepEqual(actions.map(({ title, isPreferred }) => [title, isPreferred === true]).slice(0, 3), [
      ['Use the asynchronous version: await pbkdf2(…)', true],
      ['Run in a worker thread: await toThread(…)', false],
      ['Run in an executor: await runInExecutor(…)', false],
    ]);
    const edit = actions[0]?.edit;
    assert.ok(edit);
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    const fixed = document.getText();
    assert.match(fixed, /const hash = await pbkdf2Async\(password, 'salt of ada', 210_000, 64, 'sha512'\);/);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
    await vscode.commands.executeCommand('redo');
    assert.equal(document.getText(), fixed);
    assert.equal(await document.save(), true);
  });

  it('has no problem at the call once that was changed', async () => {
    assert.deepEqual(await diagnosticsWhen(document.uri, (diagnostics) => diagnostics.length === 0), []);
  });

  it('is followed when it restarts, under the same session', async () => {
    await shop.target[Symbol.asyncDispose]();
    await sessionWhen(api, session.id, ({ phase }) => phase === 'waiting');
    shop = await startShop();
    const { target } = await sessionWhen(
      api,
      session.id,
      ({ phase, target: now }) => phase === 'recording' && now?.pid === shop.target.pid,
    );
    assert.equal(target?.pid, shop.target.pid);
    assert.equal(api.sessions.length, 1);
  });

  it('answers as before, and the finding says that the block is gone', async () => {
    assert.equal(await login(shop.url), answer);
    const gone = findingWhen(
      api,
      ({ verdict, before: earlier }) => verdict === 'gone' && earlier?.callSite?.callee === 'pbkdf2Sync',
    );
    await repeatUntil(gone, () => login(shop.url));
    assert.match(await drawTree(api.tree), /\d+ ms .*pbkdf2Sync — (?:Fixed · )?→ under 50 ms ✓/);
  });

  it('shows the proof above the call after the stop', async () => {
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
    const [lens] = await ownLenses(document.uri);
    assert.match(lens?.command?.title ?? '', /^\$\(pass\)\s\d+ ms → under 50 ms ✓$/);
    assert.equal(lens?.range.start.line, lineOf(document, 'await pbkdf2Async'));
  });
});

describe('a worker thread', () => {
  it('is written once the executor is installed, and saved then', async () => {
    const { document } = await openFile(file);
    const { target: opened, url } = await startShop();
    await using target = opened;
    const api = await loadApi();
    const session = await attachTo(target.url);
    const derive = 'scryptSync(owner,';
    const found = diagnosticsWhen(document.uri, (all) =>
      all.some(({ range }) => document.getText(range).startsWith(derive)),
    );
    const problems = await repeatUntil(found, () => fetch(`${url}/api-key`));
    const problem = problems.find(({ range }) => document.getText(range).startsWith(derive));
    assert.ok(problem);
    const actions = await offloopActions(document.uri, problem.range);
    const thread = actions.find(({ title }) => title.startsWith('Run in a worker thread'));
    assert.ok(thread?.command);
    const before = document.getText();
    // A package manager that is not there: nothing may be changed, and the message says why.
    const manifest = fileUri('package.json').fsPath;
    const named = await readFile(manifest, 'utf8');
    const other = named.replace('{', '{ "packageManager": "bun@0.0.0",');
    await writeFile(manifest, other);
    await vscode.commands.executeCommand(thread.command.command);
    assert.match(
      api.notices.at(-1)?.text ?? '',
      /^bun install failed: bun is not on the PATH\. Nothing was changed\.$/,
    );
    assert.equal(document.getText(), before);
    assert.equal(await readFile(manifest, 'utf8'), other);
    await writeFile(manifest, named);
    // Others were asked for since: the entry that was chosen is still the one that is made.
    await offloopActions(document.uri, problem.range);
    await vscode.commands.executeCommand(thread.command.command);
    assert.match(document.getText(), /await toThread\(scryptSync, /);
    assert.equal(document.isDirty, false);
    assert.match(await readFile(manifest, 'utf8'), /"@offloop\/executor": "file:.+\.tgz"/);
    await readFile(fileUri('node_modules/@offloop/executor/package.json').fsPath);
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
  });
});

describe('a call that cannot be moved', () => {
  it('is refused with all reasons, which one entry tells at the call, and nothing is offered', async () => {
    const { document } = await openFile(file);
    const { target: opened, url } = await startShop();
    await using target = opened;
    const api = await loadApi();
    const session = await attachTo(target.url);
    const inConstructor = "crypto.pbkdf2Sync(user, 'session', 210_000, 32, 'sha512')";
    const found = diagnosticsWhen(document.uri, (all) =>
      all.some(({ range }) => document.getText(range) === inConstructor),
    );
    await repeatUntil(found, () => fetch(`${url}/session`));
    const actions = await offloopActions(document.uri, rangeOf(document, inConstructor));
    assert.deepEqual(
      actions.filter(({ edit }) => edit !== undefined),
      [],
    );
    const [why, ...others] = actions.filter(({ title }) => title.startsWith('Why can’t this move?'));
    assert.ok(why?.command, actions.map(({ title }) => title).join('\n'));
    assert.deepEqual(others, []);
    const told = api.notices.length;
    await vscode.commands.executeCommand(why.command.command);
    const call = rangeOf(document, inConstructor);
    const selection = vscode.window.activeTextEditor?.selection;
    assert.ok(selection?.isEqual(new vscode.Selection(call.start, call.end)), JSON.stringify(selection));
    const text = unescaped(await hoverTextAt(document.uri, call.start));
    assert.match(text, /Why this call can’t move/);
    // The reason is told in full, with its place.
    assert.match(text, /- \*[^*]+\*: [^\n]*constructor[^\n]*\. \(\[line \d+\]\(file:/i);
    assert.equal(api.notices.length, told);
    await vscode.commands.executeCommand('offloop.stop');
    await sessionWhen(api, session.id, ({ phase }) => phase === 'ended');
  });
});

function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, text);
  return new vscode.Range(document.positionAt(at), document.positionAt(at + text.length));
}

/** Markdown as it reads: our hovers escape all punctuation. */
const unescaped = (markdown: string): string => markdown.replaceAll(/\\(?=[!-/:-@[-`{-~])/g, '');

const lineOf = (document: vscode.TextDocument, text: string): number => rangeOf(document, text).start.line;

async function ownLenses(uri: vscode.Uri): Promise<readonly vscode.CodeLens[]> {
  return (await codeLensesOf(uri)).filter(({ command }) =>
    /^\$\((?:pass|dashboard)\)\s/.test(command?.title ?? ''),
  );
}

/** Of the actions at a range, those that are Offloop's: the TypeScript extension's are of other kinds or titles. */
async function offloopActions(uri: vscode.Uri, range: vscode.Range): Promise<readonly vscode.CodeAction[]> {
  const ours = /async|worker thread|executor|Why can’t this move|worker$/;
  return (await codeActionsAt(uri, range)).filter(({ title }) => ours.test(title));
}
