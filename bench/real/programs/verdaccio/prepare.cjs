const { rmSync } = require('node:fs');
for (const left of ['storage', 'htpasswd']) rmSync(left, { recursive: true, force: true });
