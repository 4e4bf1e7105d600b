import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Browsers from '../../scripts/vscode/browser.mjs';
import type * as Servers from '../../scripts/vscode/server.mjs';
import type * as Tools from '../../scripts/tools/vscodeServer.mjs';
import type * as UserData from '../../scripts/vscode/userData.mjs';
import { scriptModule } from './scriptModule';
import { themeKey, VscodePage } from './vscodePage';

export interface VscodeOptions {
  /** The folder that VS Code opens. */
  workspace: string;
  /** User settings on top of the quiet ones of scripts/vscode/userData.mjs. */
  settings?: Record<string, unknown>;
  /** Added to the environment that the extension sees. */
  env?: NodeJS.ProcessEnv;
  /** A VSIX to install; without it the one of `npm test -- --vsix FILE`, else this repository's bundle in dist/. */
  vsix?: string;
  theme?: 'dark' | 'light';
  /** `false` opens the workspace untrusted; otherwise every workspace is trusted. */
  trust?: boolean;
}

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

/**
 * Opens a real VS Code as a person sees it, in a headless browser, with the extension installed. Everything that it
 * writes is in a temporary folder; `close()` ends it and removes that.
 */
export async function openVscode(options: VscodeOptions): Promise<VscodePage> {
  const [servers, browsers, userData, tools] = await Promise.all([
    scriptModule<typeof Servers>('vscode/server.mjs'),
    scriptModule<typeof Browsers>('vscode/browser.mjs'),
    scriptModule<typeof UserData>('vscode/userData.mjs'),
    scriptModule<typeof Tools>('tools/vscodeServer.mjs'),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'served-vscode-'));
  const ends: (() => Promise<void>)[] = [() => removeFolder(folder)];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const [userDataDir, extensionsDir] = [join(folder, 'user-data'), join(folder, 'extensions')];
    const theme = options.theme === undefined ? {} : { 'workbench.colorTheme': themes[options.theme] };
    userData.writeUserSettings(userDataDir, { ...theme, ...options.settings });
    const bindings = [
      { key: themeKey.toLowerCase().replace('control', 'ctrl'), command: 'workbench.action.toggleLightDarkThemes' },
    ];
    writeFileSync(join(userDataDir, 'User', 'keybindings.json'), JSON.stringify(bindings));
    mkdirSync(extensionsDir);
    const where = { server: await tools.getVscodeServer(), userDataDir, extensionsDir };
    const vsix = options.vsix ?? process.env['JETSTREAM_TEST_VSIX'];
    if (vsix) await servers.installVsix(where, vsix);
    else userData.linkExtension(extensionsDir);
    const server = await servers.startVscodeServer({
      ...where,
      trust: options.trust !== false,
      ...(options.env ? { env: options.env } : {}),
    });
    ends.push(() => server.stop());
    const browser = await browsers.startBrowser();
    ends.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const [url, emptyUrl] = [server.pageOf(options.workspace), server.pageOf()];
    const vscode = new VscodePage(page, { url, emptyUrl, userDataDir, extensionsDir, close, serverLog: server.log });
    await vscode.open();
    return vscode;
  } catch (error) {
    await close();
    throw error;
  }
}

function removeFolder(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return Promise.resolve();
}
