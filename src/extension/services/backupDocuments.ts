import type { Uri } from 'vscode';
import { workspace } from 'vscode';
import {
  canonicalConsumerConfig,
  canonicalStreamConfig,
  inFormOf,
  messageOf,
  newestServer,
  readConfigurations,
  type ConfigurationSource,
} from '../../engine';
import { readBackupUri, type BackupConfiguration } from './configurationUris';

/** How long a source that was read stays known: the documents of one comparison are asked for together. In ms. */
const keptMs = 10_000;

/** The texts of documents that show what is inside of backups (scheme `jetstream-backup`). */
export class BackupDocuments {
  private readonly sources = new Map<string, Promise<ConfigurationSource>>();

  /** The text of such a document; of an address that names nothing it is empty. */
  async textOf(uri: Uri): Promise<string> {
    const of = readBackupUri(uri);
    if (of === undefined) return '';
    try {
      return await this.read(of);
    } catch (error) {
      return `// The configuration of ${of.consumer ?? of.stream} cannot be read.\n// ${messageOf(error)}\n`;
    }
  }

  private async read({ source, stream, consumer, form }: BackupConfiguration): Promise<string> {
    const { configurations } = await this.sourceAt(source);
    const found = configurations.find(
      (each) => each.stream === stream && (each.kind === 'stream' ? undefined : each.consumer) === consumer,
    );
    if (found === undefined) return '';
    const text = form === undefined ? undefined : (await workspace.openTextDocument(form)).getText();
    if (text !== undefined) return inFormOf(found.kind, found.config, text, newestServer);
    return found.kind === 'stream' ? canonicalStreamConfig(found.config) : canonicalConsumerConfig(found.config);
  }

  private sourceAt(path: string): Promise<ConfigurationSource> {
    const known = this.sources.get(path);
    if (known !== undefined) return known;
    const reading = readConfigurations(path);
    this.sources.set(path, reading);
    setTimeout(() => this.sources.delete(path), keptMs).unref();
    return reading;
  }
}
