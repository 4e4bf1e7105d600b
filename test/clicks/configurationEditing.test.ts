import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupConfiguration } from '../../src/engine/jobs/backupConfiguration';
import { writeContextFiles } from '../support/contextFiles';
import { finishRun, plainSettings } from '../support/engineRun';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { makeRichStreams } from '../support/richStreams';
import { makeSampleStreams, withClient } from '../support/sampleStreams';
import { openVscode } from '../support/servedVscode';
import { natsServerVersions } from '../support/tools';
import type { VscodePage } from '../support/vscodePage';

const version = natsServerVersions.at(-1) ?? '';

for (const theme of ['dark', 'light'] as const) {
  describe(`editing a configuration file by clicks, ${theme}`, () => {
    let folder: string;
    let server: NatsServer;
    let vscode: VscodePage;
    const directory = () => join(folder, 'workspace', 'jetstream-backups', 'prod', 'config');

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'clicks-'));
      server = await startNatsServer({ version });
      await makeSampleStreams(server.url);
      await withClient(server.url, (nc) => makeRichStreams(nc, Number(version.split('.')[1])));
      writeContextFiles(join(folder, 'config'), { prod: { url: server.url }, test: { url: server.url } });
      mkdirSync(join(folder, 'workspace'));
      const request = { settings: plainSettings(server.url, 'prod'), directory: directory(), removeGone: false };
      await finishRun(backupConfiguration(request, new AbortController().signal));
      vscode = await openVscode({
        workspace: join(folder, 'workspace'),
        env: { XDG_CONFIG_HOME: join(folder, 'config') },
        // In a browser VS Code saves by itself after a second.
        settings: { 'files.autoSave': 'off' },
        theme,
      });
    });
    after(async () => {
      await vscode?.close();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const lens = (title: string) => vscode.page.locator('.codelens-decoration a').filter({ hasText: title }).first();
    const line = (text: string) => vscode.page.locator('.view-line').filter({ hasText: text }).first();
    const openFile = async (name: string) => {
      await vscode.page.keyboard.press('F1');
      await vscode.quickInput.locator('input.input').fill(name);
      await vscode.quickPickRow(name).click();
      await lens('Apply to prod').waitFor();
    };
    const hover = async (text: string, expected: RegExp) => {
      const token = line(text).getByText(text, { exact: false }).last();
      await token.hover();
      const shown = vscode.page.locator('.monaco-hover:visible').filter({ hasText: expected }).first();
      await shown.waitFor();
      // It fades in, which a picture should not show.
      await vscode.page.waitForTimeout(500);
    };

    it('shows what a field means, underlines a wrong value, and compares and applies', async () => {
      await openFile('stream_RICH.json');
      await hover('86400000000000', /24.h/);
      await vscode.screenshot(`configuration-hover-${theme}`);
      await vscode.page.keyboard.press('Escape');

      await line('"discard": "new"').click();
      await vscode.page.keyboard.press('End');
      // In front of the comma: within the quotes.
      await vscode.page.keyboard.press('ArrowLeft');
      await vscode.page.keyboard.press('ArrowLeft');
      await vscode.page.keyboard.type('est');
      await vscode.page.keyboard.press('Escape');
      await vscode.page.locator('.squiggly-warning').first().waitFor();
      await lens('Save to Compare or Apply').waitFor();
      await hover('"newest"', /Value is not accepted/);
      await vscode.screenshot(`configuration-wrong-value-${theme}`);
      await vscode.page.keyboard.press('Escape');
      for (let count = 0; count < 3; count += 1) await vscode.page.keyboard.press('Backspace');

      await line('"description"').click();
      await vscode.page.keyboard.press('End');
      await vscode.page.keyboard.press('ArrowLeft');
      await vscode.page.keyboard.press('ArrowLeft');
      await vscode.page.keyboard.type(', edited');
      await lens('Save to Compare or Apply').click();
      await lens('Apply to prod').waitFor();
      assert.match(readFileSync(join(directory(), 'stream_RICH.json'), 'utf8'), /have, edited"/);
      await lens('Compare with Live').click();
      await vscode.page.locator('.tab').filter({ hasText: 'stream_RICH.json ↔ live in prod' }).waitFor();
      await vscode.screenshot(`configuration-compared-${theme}`);
      await vscode.runCommand('View: Close All Editors');

      await openFile('stream_RICH.json');
      await lens('Apply to prod').click();
      await vscode.page.locator('.tab').filter({ hasText: 'Plan for prod' }).first().waitFor();
      await vscode.screenshot(`configuration-lens-plan-${theme}`);
    });
  });
}
