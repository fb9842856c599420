// As a server does whose port is taken.
console.error('Error: listen EADDRINUSE: address already in use');
process.exitCode = 3;
