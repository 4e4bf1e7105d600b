import { BackupError, type ErrorCode } from '../errors';
import type { ArchiveFormat, ConsumerConfig, ConsumerPosition, ConsumerSnapshot, JsonObject } from '../model';
import { manifestKind, manifestVersion, type Manifest, type ManifestFile, type ManifestStream } from './manifest';
import { JsonMember } from './jsonMember';

/**
 * A manifest out of a file, believed only after a look at each of its values. Unknown members are dropped. `path` is the
 * file's, for messages.
 *
 * @throws BackupError `notABackup`, `notSupported`, `archiveDamaged`
 */
export async function checkManifest(value: JsonObject, path: string): Promise<Manifest> {
  const root = JsonMember.root(value, path);
  if (value['kind'] !== manifestKind) {
    throw new BackupError('notABackup', `${path} is not the manifest of a backup set; some other program wrote it.`);
  }
  const version = root.get('version').count();
  if (version > manifestVersion) {
    const next = 'Update the extension to read it.';
    throw new BackupError(
      'notSupported',
      `${path} has version ${version}, this extension knows ${manifestVersion}. ${next}`,
    );
  }
  const server = root.get('server');
  const manifest: Manifest = {
    tool: { name: root.get('tool').get('name').text(), version: root.get('tool').get('version').text() },
    context: root.get('context').text(),
    server: {
      name: server.get('name').text(),
      version: server.get('version').text(),
      ...optional('cluster', server.find('cluster')?.text()),
    },
    started: root.get('started').time(),
    finished: root.get('finished').time(),
    options: root.get('options').object(),
    streams: await root.get('streams').longList(streamOf),
    files: await root.get('files').longList(fileOf),
  };
  root.get('streams').distinct(manifest.streams.map(({ name }) => name));
  root.get('streams').distinct(manifest.streams.flatMap(({ folder }) => folder ?? []));
  root.get('files').distinct(manifest.files.map((file) => file.path));
  return manifest;
}

const outcomes: readonly ManifestStream['outcome'][] = ['backedUp', 'configurationOnly', 'failed', 'cancelled'];

function streamOf(stream: JsonMember): ManifestStream {
  const error = stream.find('error');
  const outcome = stream.get('outcome').oneOf(outcomes);
  const folder = outcome === 'backedUp' ? stream.get('folder').fileName() : undefined;
  return {
    name: stream.get('name').text(),
    outcome,
    ...optional('error', error === undefined ? undefined : errorOf(error)),
    ...optional('folder', folder),
    ...optional('format', stream.find('format')?.oneOf<ArchiveFormat>(['v1', 'v2'])),
    messages: stream.get('messages').count(),
    bytes: stream.get('bytes').count(),
    firstSeq: String(stream.get('firstSeq').sequence()),
    lastSeq: String(stream.get('lastSeq').sequence()),
    consumers: stream.get('consumers').count(),
    archiveBytes: stream.get('archiveBytes').count(),
    uncompressedBytes: stream.get('uncompressedBytes').count(),
    chunks: stream.get('chunks').count(),
    verified: stream.get('verified').oneOf([true, false]),
    missingConsumers: stream.get('missingConsumers').list(consumerOf),
  };
}

function errorOf(error: JsonMember): NonNullable<ManifestStream['error']> {
  return {
    code: error.get('code').text() as ErrorCode,
    message: error.get('message').text(),
    ...optional('serverCode', error.find('serverCode')?.count()),
  };
}

function consumerOf(consumer: JsonMember): ConsumerSnapshot {
  const position = consumer.get('position');
  const pair = (name: string) => ({
    consumer: position.get(name).get('consumer').sequence(),
    stream: position.get(name).get('stream').sequence(),
  });
  const checked: ConsumerPosition = {
    delivered: pair('delivered'),
    ackFloor: pair('ackFloor'),
    ackPending: position.get('ackPending').count(),
    ...optional('pending', position.find('pending')?.count()),
    redelivered: position.get('redelivered').count(),
  };
  const config = consumer.get('config').object() as ConsumerConfig;
  return { name: consumer.get('name').text(), config, position: checked };
}

function fileOf(file: JsonMember): ManifestFile {
  return {
    path: file.get('path').path(),
    size: file.get('size').count(),
    sha256: file.get('sha256').matching(/^[0-9a-f]{64}$/),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
