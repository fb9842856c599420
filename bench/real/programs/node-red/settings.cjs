module.exports = {
  uiHost: '127.0.0.1',
  httpAdminRoot: '/admin',
  apiMaxLength: '20mb',
  logging: { console: { level: 'warn' } },
};
