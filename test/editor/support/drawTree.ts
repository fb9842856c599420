import type * as vscode from 'vscode';

const INDENT = '  ';

/**
 * Draws a tree view as indented text, one item per line (`label — description`), for assertions that read like the
 * view itself.
 */
export async function drawTree<T>(provider: vscode.TreeDataProvider<T>): Promise<string> {
  return (await drawChildren(provider, undefined, '')).join('\n');
}

async function drawChildren<T>(
  provider: vscode.TreeDataProvider<T>,
  parent: T | undefined,
  indent: string,
): Promise<string[]> {
  const lines: string[] = [];
  for (const child of (await provider.getChildren(parent)) ?? []) {
    const item = await provider.getTreeItem(child);
    const label = typeof item.label === 'object' ? item.label.label : (item.label ?? '');
    const description = typeof item.description === 'string' ? ` — ${item.description}` : '';
    lines.push(`${indent}${label}${description}`);
    if (item.collapsibleState) lines.push(...(await drawChildren(provider, child, indent + INDENT)));
  }
  return lines;
}
