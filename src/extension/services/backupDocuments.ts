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
  type SourceConfiguration,
} from '../../engine';
import { readBackupUri, type BackupConfiguration } from './configurationUris';

/** How long a source that was read stays known: the documents of one comparison are asked for together. In ms. */
const keptMs = 10_000;

/** Configurations kept of comparisons in this window. */
const mostKept = 2000;

/** The texts of documents that show what is inside of backups (scheme `jetstream-backup`). */
export class BackupDocuments {
  /** By the part of the address that says what a document shows. */
  private readonly kept = new Map<string, SourceConfiguration>();
  private readonly sources = new Map<string, Promise<ConfigurationSource>>();

  /** Keeps what was read of a backup, so that its document need not read it again: of an archive that takes long. */
  keep(uri: Uri, configuration: SourceConfiguration): void {
    this.kept.set(uri.query, configuration);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
  }

  /** The text of such a document; of an address that names nothing it is empty. */
  async textOf(uri: Uri): Promise<string> {
    const of = readBackupUri(uri);
    if (of === undefined) return '';
    try {
      return await this.write(this.kept.get(uri.query) ?? (await this.read(of)), of.form);
    } catch (error) {
      return `// The configuration of ${of.consumer ?? of.stream} cannot be read.\n// ${messageOf(error)}\n`;
    }
  }

  private async read({ source, stream, consumer }: BackupConfiguration): Promise<SourceConfiguration | undefined> {
    const { configurations } = await this.sourceAt(source);
    return configurations.find(
      (each) => each.stream === stream && (each.kind === 'stream' ? undefined : each.consumer) === consumer,
    );
  }

  private async write(found: SourceConfiguration | undefined, form: Uri | undefined): Promise<string> {
    if (found === undefined) return '';
    if (form !== undefined) {
      const text = (await workspace.openTextDocument(form)).getText();
      return inFormOf(found.kind, found.config, text, newestServer);
    }
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
