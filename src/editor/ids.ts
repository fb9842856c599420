/** Ids of commands that the manifest contributes. */
export const commandIds = {
  attach: 'offloop.attach',
  launchScript: 'offloop.launchScript',
  profileDebugSession: 'offloop.profileDebugSession',
  profileExtensionHost: 'offloop.profileExtensionHost',
  stop: 'offloop.stop',
  showTimeline: 'offloop.showTimeline',
  openProfile: 'offloop.openProfile',
  scanWorkspace: 'offloop.scanWorkspace',
  exportSession: 'offloop.exportSession',
  fixFinding: 'offloop.fixFinding',
  fixAllInFile: 'offloop.fixAllInFile',
  compareSessions: 'offloop.compareSessions',
  renameSession: 'offloop.renameSession',
  removeSession: 'offloop.removeSession',
  clearFindings: 'offloop.clearFindings',
  openDemo: 'offloop.openDemo',
  showLog: 'offloop.showLog',
} as const;

/** Ids of commands that only our own surfaces run, always with an argument. */
export const innerCommandIds = {
  openFrame: 'offloop.inner.openFrame',
  showFixes: 'offloop.inner.showFixes',
  showCause: 'offloop.inner.showCause',
} as const;

/** Ids of views and view containers. */
export const viewIds = { container: 'offloop', sessions: 'offloop.sessions' } as const;

/** Names of settings below `offloop`. */
export const settingNames = {
  threshold: 'blockThreshold',
  mode: 'recordingMode',
  exactBoundaries: 'exactBoundaries',
  severity: 'diagnosticSeverity',
  liveNumbers: 'liveNumbers.enabled',
  codeLens: 'codeLens.enabled',
  executorModule: 'executorModule',
  pathMappings: 'pathMappings',
} as const;

/** Context keys that menus and welcome texts ask for. */
export const contextKeys = { recording: 'offloop.recording', hasSessions: 'offloop.hasSessions' } as const;

/** The `contextValue` of tree items that menus know. */
export const treeContexts = {
  session: 'offloop.session',
  recordingSession: 'offloop.session.recording',
  scan: 'offloop.scan',
  finding: 'offloop.finding',
  /** One that a change of the project's own code can end. */
  fixableFinding: 'offloop.finding.fixable',
  scannedCall: 'offloop.scannedCall.fixable',
} as const;
