import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { repositoryRoot } from './tools';

export interface VscodePageParts {
  url: string;
  /** Of a window without a folder. */
  emptyUrl: string;
  userDataDir: string;
  extensionsDir: string;
  close: () => Promise<void>;
  serverLog: () => string;
}

const patience = 30_000;

/** Of a browser's window, which the types of Node do not know. */
interface Styled {
  getComputedStyle(element: object, pseudoElement: string): { content: string };
}

/** Bound by openVscode to the command that switches between light and dark: the palette would take seconds. */
export const themeKey = 'Control+Alt+Shift+L';

/** A VS Code in a browser, and what a person does with it. Every method waits for what it needs, up to 30 s. */
export class VscodePage {
  readonly url: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;

  constructor(
    readonly page: Page,
    private readonly parts: VscodePageParts,
  ) {
    page.setDefaultTimeout(patience);
    this.url = parts.url;
    this.userDataDir = parts.userDataDir;
    this.extensionsDir = parts.extensionsDir;
  }

  /** Opens the page and waits until the workbench is drawn. Extensions come up a little later. */
  async open(url = this.url): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench .activitybar').waitFor();
  }

  /** Shows a window without a folder instead. */
  async openWithoutFolder(): Promise<void> {
    await this.open(this.parts.emptyUrl);
  }

  /** Ends VS Code and removes its folders. */
  close(): Promise<void> {
    return this.parts.close();
  }

  /** What the VS Code server printed; for messages of failed tests. */
  serverLog(): string {
    return this.parts.serverLog();
  }

  /** Saves `test-results/screenshots/<name>.png` and returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(repositoryRoot, 'test-results', 'screenshots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Changes the colours of the open window. */
  async useTheme(theme: 'dark' | 'light'): Promise<void> {
    const wanted = this.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`);
    const deadline = Date.now() + patience;
    while (!(await wanted.isVisible()) && Date.now() < deadline) {
      await this.page.keyboard.press(themeKey);
      await wanted.waitFor({ timeout: 5_000 }).catch(() => undefined);
    }
    await wanted.waitFor({ timeout: 1_000 });
  }

  /** Saves `<name>-dark.png` and `<name>-light.png` of what is shown; the window is dark then. */
  async screenshotInBothThemes(name: string): Promise<void> {
    await this.screenshot(`${name}-dark`);
    await this.useTheme('light');
    await this.screenshot(`${name}-light`);
    await this.useTheme('dark');
  }

  /** Waits until no notification shows work under way. */
  async workDone(): Promise<void> {
    const cancel = this.page.getByRole('button', { name: 'Cancel', exact: true });
    const running = this.page.locator('.notifications-toasts .notification-list-item').filter({ has: cancel });
    await running.first().waitFor({ state: 'hidden' });
  }

  /** Drags the side bar's edge. @param width of side bar and activity bar together, in pixels */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.sidebar').boundingBox();
    if (box === null) throw new Error('the side bar is not open');
    await this.page.mouse.move(box.x + box.width, 400);
    await this.page.mouse.down();
    await this.page.mouse.move(width, 400, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Runs a command by its title in the palette, e.g. `JetStream: Add Context…`. */
  async runCommand(title: string): Promise<void> {
    const row = this.quickPickRow(title);
    const deadline = Date.now() + patience;
    // The palette does not look again for commands of an extension that comes up while it is open.
    do {
      await this.searchPalette(title);
      await row.waitFor({ timeout: 2_000 }).catch(() => undefined);
    } while (!(await row.isVisible()) && Date.now() < deadline);
    await row.click({ timeout: 10_000 });
  }

  /** The titles that the palette offers for a text. */
  async commandsMatching(text: string): Promise<string[]> {
    await this.searchPalette(text);
    await this.quickInput.locator('.monaco-list-row').first().waitFor();
    const labels = await this.quickInput.locator('.monaco-list-row .label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
    return labels;
  }

  private async searchPalette(text: string): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input.input').fill(`>${text}`);
  }

  /** The quick pick or input box that is open. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  quickPickRow(label: string): Locator {
    const name = this.page.locator('.label-name').getByText(label, { exact: true });
    return this.quickInput.locator('.monaco-list-row').filter({ has: name }).first();
  }

  /** Picks one row of the open quick pick. */
  async pickQuickPick(label: string): Promise<void> {
    await this.quickPickRow(label).click();
  }

  /** Ticks rows of the open quick pick that takes several, then accepts. */
  async pickMany(labels: string[]): Promise<void> {
    for (const label of labels) await this.quickPickRow(label).locator('.monaco-checkbox').click();
    await this.quickInput.getByRole('button', { name: 'OK' }).click();
  }

  /** Unticks every row of the open quick pick that takes several. */
  async untickAll(): Promise<void> {
    const all = this.quickInput.getByRole('checkbox', { name: 'Toggle all checkboxes' });
    if ((await all.getAttribute('aria-checked')) === 'false') await all.click();
    await all.click();
  }

  /** Types the path of a folder into VS Code's own file dialog and accepts. */
  async chooseFolder(path: string): Promise<void> {
    const input = this.quickInput.locator('input.input');
    await input.waitFor();
    const deadline = Date.now() + patience;
    // A dialog that has only just opened puts its own path in the place of what was typed, and a click while it still
    // reads the folder only opens that folder in it. What is asked next begins with no path.
    do {
      await input.fill(`${path}/`, { timeout: 2_000 }).catch(() => undefined);
      await this.page.waitForTimeout(300);
      if (!(await input.inputValue({ timeout: 1_000 }).catch(() => '')).startsWith(path)) continue;
      await this.quickInput
        .getByRole('button')
        .last()
        .click({ timeout: 2_000 })
        .catch(() => undefined);
      await this.page.waitForTimeout(500);
    } while ((await input.inputValue({ timeout: 1_000 }).catch(() => '')).startsWith('/') && Date.now() < deadline);
  }

  /** The modal dialog whose text holds this; waits for it. */
  async dialog(text: string | RegExp): Promise<Locator> {
    const found = this.page.locator('.monaco-dialog-box').filter({ hasText: text });
    await found.waitFor();
    return found;
  }

  /** Clicks a button of the modal dialog that is open. */
  async answerDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();
  }

  /** Types into the open input box and accepts. */
  async typeInput(text: string): Promise<void> {
    await this.quickInput.locator('input.input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** What a command has put on the clipboard. */
  async clipboard(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read']);
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Waits until the open input box asks this. */
  async inputPrompt(text: RegExp): Promise<void> {
    await this.quickInput.locator('.quick-input-message').filter({ hasText: text }).waitFor();
  }

  /** The validation message under the open input box. */
  async inputMessage(): Promise<string> {
    return (await this.quickInput.locator('.quick-input-message').innerText()).trim();
  }

  /** The texts of the notifications that are shown. */
  notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  /** The notification whose text holds this; waits for it. */
  async notification(text: string | RegExp): Promise<Locator> {
    const found = this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
    await found.waitFor();
    return found;
  }

  /** Clicks a button of the notification whose text holds this. */
  async clickNotification(text: string | RegExp, button: string): Promise<void> {
    await (await this.notification(text)).getByRole('button', { name: button, exact: true }).click();
  }

  /** Shows a container of the activity bar. */
  async openContainer(title: string): Promise<void> {
    const pane = this.page.locator('.sidebar .composite.title').getByText(title, { exact: false });
    if (await pane.isVisible()) return;
    await this.page.locator('.activitybar').getByRole('tab', { name: title }).click();
    await pane.waitFor();
  }

  /** A view of the side bar, by its title. */
  view(title: string): Locator {
    const header = this.page.locator('.pane-header').filter({ has: this.page.getByText(title, { exact: true }) });
    return this.page.locator('.sidebar .pane').filter({ has: header });
  }

  /** The rows of a tree view that are scrolled into sight, top down: `label | description`. */
  async treeRows(viewTitle: string): Promise<string[]> {
    const rows = await this.view(viewTitle).locator('.monaco-list-row').all();
    const read = rows.map(async (row) => {
      const parts = await row.locator('.label-name, .label-description').allInnerTexts();
      return { index: Number(await row.getAttribute('data-index')), text: parts.filter(Boolean).join(' | ') };
    });
    // Rows are drawn in the order in which they were needed.
    return (await Promise.all(read)).sort((a, b) => a.index - b.index).map(({ text }) => text);
  }

  /** One row of a tree view, by text that it holds; waits for it. */
  async treeRow(viewTitle: string, text: string | RegExp): Promise<Locator> {
    const row = this.view(viewTitle).locator('.monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor();
    return row;
  }

  /** Waits until a tree view has no such row in sight. */
  async treeRowGone(viewTitle: string, text: string | RegExp): Promise<void> {
    const row = this.view(viewTitle).locator('.monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor({ state: 'detached' });
  }

  /** Opens the branch of a tree row; one that is open stays so. */
  async expandTreeRow(viewTitle: string, text: string | RegExp): Promise<void> {
    const row = await this.treeRow(viewTitle, text);
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
  }

  /** Closes the branch of a tree row that is open. */
  async collapseTreeRow(viewTitle: string, text: string | RegExp): Promise<void> {
    await (await this.treeRow(viewTitle, text)).locator('.monaco-tl-twistie').click();
  }

  /** Chooses an entry of a tree row's context menu. */
  async contextMenu(viewTitle: string, text: string | RegExp, entry: string): Promise<void> {
    await (await this.treeRow(viewTitle, text)).click({ button: 'right' });
    const menu = this.page.locator('.monaco-menu');
    const deadline = Date.now() + patience;
    // A menu that has only just opened may not take the first click.
    do {
      await menu
        .getByText(entry, { exact: true })
        .click({ timeout: 2_000 })
        .catch(() => undefined);
      await menu.waitFor({ state: 'hidden', timeout: 1_000 }).catch(() => undefined);
    } while ((await menu.isVisible()) && Date.now() < deadline);
    await menu.waitFor({ state: 'hidden', timeout: 1_000 });
  }

  /** What a tree row's context menu offers, top down. */
  async menuEntries(viewTitle: string, text: string | RegExp): Promise<string[]> {
    await (await this.treeRow(viewTitle, text)).click({ button: 'right' });
    const entries = this.page.locator('.monaco-menu .action-label:not(.separator)');
    await entries.first().waitFor();
    const titles = await entries.allInnerTexts();
    await this.page.keyboard.press('Escape');
    await entries.first().waitFor({ state: 'hidden' });
    return titles;
  }

  /** The tooltip of a tree row. @param screenshot saved while it is shown */
  async rowTooltip(viewTitle: string, text: string | RegExp, screenshot?: string): Promise<string> {
    const hover = this.page.locator('.workbench-hover-container:visible').last();
    const deadline = Date.now() + patience;
    // A row that is drawn anew under the pointer shows none until the pointer comes again.
    do {
      await this.page.mouse.move(900, 400);
      await (await this.treeRow(viewTitle, text)).locator('.label-name').hover();
      await hover.waitFor({ timeout: 3_000 }).catch(() => undefined);
    } while (!(await hover.isVisible()) && Date.now() < deadline);
    const tooltip = (await hover.innerText()).replaceAll('\u00a0', ' ');
    if (screenshot !== undefined) await this.screenshot(screenshot);
    // It covers the rows around it.
    await this.page.mouse.move(900, 400);
    await hover.waitFor({ state: 'hidden' });
    return tooltip;
  }

  /** The letters at a row's right edge that a decoration put there; empty without one. */
  async rowBadge(viewTitle: string, text: string | RegExp): Promise<string> {
    const label = (await this.treeRow(viewTitle, text)).locator('.monaco-icon-label').first();
    const content = await label.evaluate(
      (element) => (globalThis as unknown as Styled).getComputedStyle(element as object, '::after').content,
    );
    return content.startsWith('"') ? content.slice(1, -1) : '';
  }

  /** Clicks a button that stands in a tree row, by its tooltip. */
  async rowButton(viewTitle: string, text: string | RegExp, button: string): Promise<void> {
    const row = await this.treeRow(viewTitle, text);
    await row.hover();
    await row.getByRole('button', { name: button }).click();
  }

  /** The visible text of the active text editor. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-group-container.active .view-lines').first().innerText();
    return lines.replaceAll('\u00a0', ' ');
  }
}
