throw new Error('This code must not import vscode: it runs without an editor.');
