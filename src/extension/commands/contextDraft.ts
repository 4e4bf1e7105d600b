import { type ContextFile } from '../../engine';
import { secretFields, type KeptSecrets } from '../services/contextSecrets';

/** How a context proves who it is. `other` is what the form does not ask for: an nsc lookup. */
export type CredentialsKind = 'none' | 'user' | 'token' | 'creds' | 'nkey' | 'jwt' | 'other';

/** What can be said of a context beyond its address and credentials. */
export type Extra = 'ca' | 'clientCert' | 'tlsFirst' | 'domain' | 'apiPrefix' | 'inboxPrefix' | 'description';

const fieldsOfKind: Readonly<Record<CredentialsKind, readonly string[]>> = {
  none: [],
  user: ['user', 'password'],
  token: ['token'],
  creds: ['creds'],
  nkey: ['nkey'],
  jwt: ['user_jwt', 'user_seed'],
  other: ['nsc'],
};

const fieldsOfExtra: Readonly<Record<Extra, readonly string[]>> = {
  ca: ['ca'],
  clientCert: ['cert', 'key'],
  tlsFirst: ['tls_first'],
  domain: ['jetstream_domain'],
  apiPrefix: ['jetstream_api_prefix'],
  inboxPrefix: ['inbox_prefix'],
  description: ['description'],
};

/** A context while a person fills it in. Nothing is saved before the end. */
export class ContextDraft {
  readonly file: ContextFile;
  kind: CredentialsKind;
  extras: ReadonlySet<Extra>;
  /** Whether secrets go into the file, or are kept by VS Code. */
  keepInFile: boolean;

  /** @param kept secrets that VS Code keeps; the person sees them as if they stood in the file */
  constructor(
    public name: string,
    file: ContextFile = {},
    kept: KeptSecrets = {},
  ) {
    this.file = { ...file, ...kept };
    this.kind = kindOf(this.file);
    const extras = Object.keys(fieldsOfExtra) as Extra[];
    this.extras = new Set(extras.filter((extra) => fieldsOfExtra[extra].some((field) => this.file[field])));
    this.keepInFile = Object.keys(kept).length === 0;
  }

  text(field: string): string {
    const value = this.file[field];
    return typeof value === 'string' ? value : '';
  }

  /** Whether something was typed that is better not left lying about. */
  get hasSecret(): boolean {
    return secretFields.some((field) => fieldsOfKind[this.kind].includes(field) && this.text(field) !== '');
  }

  /** The file to save, and the secrets to keep in VS Code. What was not chosen is cleared, what is unknown stays. */
  result(): { file: ContextFile; kept: KeptSecrets } {
    const file: ContextFile = { ...this.file };
    const wanted = new Set([...fieldsOfKind[this.kind], ...[...this.extras].flatMap((extra) => fieldsOfExtra[extra])]);
    // A token goes with any other kind; the form neither asks for it then nor takes it away.
    if (this.kind !== 'none') wanted.add('token');
    const asked = [...Object.values(fieldsOfKind), ...Object.values(fieldsOfExtra)].flat();
    for (const field of asked) if (!wanted.has(field)) delete file[field];
    if (this.extras.has('tlsFirst')) file.tls_first = true;
    const kept: KeptSecrets = {};
    if (this.keepInFile) return { file, kept };
    for (const field of secretFields) {
      if (!file[field]) continue;
      kept[field] = file[field];
      delete file[field];
    }
    return { file, kept };
  }
}

function kindOf(file: ContextFile): CredentialsKind {
  if (file.user) return 'user';
  if (file.creds) return 'creds';
  if (file.nkey) return 'nkey';
  if (file.user_jwt) return 'jwt';
  if (file.nsc) return 'other';
  return file.token ? 'token' : 'none';
}
