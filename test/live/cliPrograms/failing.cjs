// Ends by itself, without success.
setTimeout(() => process.exit(3), 50);
