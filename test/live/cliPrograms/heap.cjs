// Keeps about a hundred megabytes of small objects, through which V8 walks when a profiler starts.
globalThis.kept = Array.from({ length: 1_000_000 }, (_, id) => ({ id, name: `row ${id}` }));
setInterval(() => {}, 1000);
console.log('ready');
