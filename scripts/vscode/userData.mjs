import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../launch.mjs';

/** Settings that keep a fresh VS Code from showing or asking what has nothing to do with the work. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * Makes a user data folder, as both the served and the desktop VS Code read it.
 * @param {string} userDataDir
 * @param {Record<string, unknown>} [settings] on top of the quiet ones
 */
export function writeUserSettings(userDataDir, settings = {}) {
  mkdirSync(join(userDataDir, 'User'), { recursive: true });
  writeFileSync(join(userDataDir, 'User', 'settings.json'), JSON.stringify({ ...quiet, ...settings }, null, 2));
}

/**
 * Puts this repository into an extensions folder as if it were installed; it runs its bundle in dist/.
 * @param {string} extensionsDir
 * @param {string} [folder] another extension's
 * @param {string} [name] of the folder in `extensionsDir`
 */
export function linkExtension(extensionsDir, folder = root, name = 'jetstream-backup.jetstream-backup-0.0.0') {
  mkdirSync(extensionsDir, { recursive: true });
  symlinkSync(folder, join(extensionsDir, name), 'junction');
}
