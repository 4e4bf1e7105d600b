import {
  checkContextFile,
  contextNameProblem,
  isBackupError,
  messageOf,
  resolveContext,
  type ContextFile,
} from '../../engine';
import { askSteps, type Choice, type Step, type TextStep } from '../ui/ask';
import type { ContextDraft, CredentialsKind, Extra } from './contextDraft';

/**
 * Asks a person for a context, step by step.
 *
 * @param taken names that a new context cannot have; left out, the name is not asked for
 * @returns whether all was answered
 */
export function askContext(title: string, draft: ContextDraft, taken?: ReadonlySet<string>): Promise<boolean> {
  return askSteps(title, () => [
    ...(taken === undefined ? [] : [nameStep(draft, taken)]),
    text(draft, 'url', 'Addresses of the servers, separated by commas', {
      placeholder: 'nats://127.0.0.1:4222',
      validate: (url) => problemOf(draft, { url }),
    }),
    kindStep(draft),
    ...credentialSteps(draft),
    ...(draft.hasSecret ? [keepStep(draft)] : []),
    extrasStep(draft),
    ...extraSteps(draft),
  ]);
}

function nameStep(draft: ContextDraft, taken: ReadonlySet<string>): TextStep {
  return {
    kind: 'text',
    prompt: 'Name of the context, as the nats command line shows it',
    placeholder: 'production',
    value: draft.name,
    validate: (name) => {
      const problem = contextNameProblem(name);
      if (problem !== undefined) return name === '' ? 'A name is needed.' : `The name ${problem}.`;
      return taken.has(name) ? `A context "${name}" exists already.` : undefined;
    },
    apply: (name) => (draft.name = name),
  };
}

const kinds: readonly Choice<CredentialsKind>[] = [
  { value: 'none', label: 'None', description: 'the server lets everyone in, or the address says who' },
  { value: 'user', label: 'User and password' },
  { value: 'token', label: 'Token' },
  { value: 'creds', label: 'Credentials file', description: 'a .creds file with JWT and seed' },
  { value: 'nkey', label: 'NKEY file', description: 'a file with an NKEY seed' },
  { value: 'jwt', label: 'JWT and seed', description: 'typed in' },
];

function kindStep(draft: ContextDraft): Step {
  const other: Choice<CredentialsKind> = { value: 'other', label: 'nsc', description: draft.text('nsc') };
  return {
    kind: 'pick',
    prompt: 'How does the server know you?',
    choices: draft.text('nsc') === '' ? kinds : [other, ...kinds],
    active: draft.kind,
    apply: (kind: CredentialsKind) => (draft.kind = kind),
  };
}

function credentialSteps(draft: ContextDraft): Step[] {
  switch (draft.kind) {
    case 'none':
    case 'other':
      return [];
    case 'user':
      return [text(draft, 'user', 'User', { validate: needed }), text(draft, 'password', 'Password', { secret: true })];
    case 'token':
      return [text(draft, 'token', 'Token', { secret: true, validate: needed })];
    case 'creds':
      return [file(draft, 'creds', 'Credentials file', '~/.nats/user.creds')];
    case 'nkey':
      return [file(draft, 'nkey', 'File with the NKEY seed', '~/.nats/user.nk')];
    case 'jwt':
      return [
        text(draft, 'user_jwt', 'User JWT', {
          validate: (user_jwt) => needed(user_jwt) ?? usable(draft, { user_jwt }),
        }),
        text(draft, 'user_seed', 'NKEY seed', {
          secret: true,
          validate: (user_seed) => needed(user_seed) ?? usable(draft, { user_jwt: draft.text('user_jwt'), user_seed }),
        }),
      ];
  }
}

function keepStep(draft: ContextDraft): Step {
  return {
    kind: 'pick',
    prompt: 'Where to keep the secret?',
    choices: [
      {
        value: true,
        label: 'In the context file',
        description: 'only you can read it; the nats command line uses it too',
      },
      { value: false, label: 'In this VS Code only', description: 'the nats command line then cannot use the context' },
    ],
    active: draft.keepInFile,
    apply: (inFile: boolean) => (draft.keepInFile = inFile),
  };
}

const extras: readonly Choice<Extra>[] = [
  {
    value: 'ca',
    label: 'Certificate authority',
    description: 'TLS: a PEM file, where the system does not trust the server',
  },
  { value: 'clientCert', label: 'Client certificate and key', description: 'TLS: two PEM files' },
  { value: 'tlsFirst', label: 'TLS handshake first', description: 'TLS: before the server says anything' },
  { value: 'domain', label: 'JetStream domain' },
  { value: 'apiPrefix', label: 'JetStream API prefix', description: 'for an account that imports the API' },
  { value: 'inboxPrefix', label: 'Inbox prefix', description: 'instead of _INBOX' },
  { value: 'description', label: 'Description' },
];

function extrasStep(draft: ContextDraft): Step {
  return {
    kind: 'tick',
    prompt: 'Is anything else needed? Mostly not: press Enter.',
    choices: extras,
    ticked: [...draft.extras],
    apply: (chosen: Extra[]) => (draft.extras = new Set(chosen)),
  };
}

function extraSteps(draft: ContextDraft): Step[] {
  const steps: Readonly<Record<Extra, () => Step[]>> = {
    ca: () => [file(draft, 'ca', 'PEM file of the certificate authority', '~/certs/ca.pem')],
    clientCert: () => [
      file(draft, 'cert', 'PEM file of your certificate', '~/certs/client.pem', 'key'),
      file(draft, 'key', 'PEM file of its key', '~/certs/client-key.pem', 'cert'),
    ],
    tlsFirst: () => [],
    domain: () => [subject(draft, 'jetstream_domain', 'JetStream domain', 'hub')],
    apiPrefix: () => [subject(draft, 'jetstream_api_prefix', 'Prefix of the JetStream API', '$JS.hub.API')],
    inboxPrefix: () => [subject(draft, 'inbox_prefix', 'Prefix of inboxes', '_INBOX_joe')],
    description: () => [text(draft, 'description', 'Description')],
  };
  return extras.filter(({ value }) => draft.extras.has(value)).flatMap(({ value }) => steps[value]());
}

function text(draft: ContextDraft, field: string, prompt: string, more: Partial<TextStep> = {}): TextStep {
  const apply = (value: string) => (draft.file[field] = value);
  return { kind: 'text', prompt, value: draft.text(field), apply, ...more };
}

/** A path, or a reference such as `op://`. @param partner the field without which this one is never used */
function file(draft: ContextDraft, field: string, prompt: string, placeholder: string, partner?: string): TextStep {
  const validate = (path: string) =>
    needed(path) ?? usable(draft, { [field]: path, ...(partner === undefined ? {} : { [partner]: path }) });
  return text(draft, field, prompt, { file: true, placeholder, validate });
}

function subject(draft: ContextDraft, field: string, prompt: string, placeholder: string): TextStep {
  const validate = (value: string) => needed(value) ?? problemOf(draft, { [field]: value });
  return text(draft, field, prompt, { placeholder, validate });
}

function needed(value: string): string | undefined {
  return value === '' ? 'This is needed.' : undefined;
}

function problemOf(draft: ContextDraft, file: ContextFile): string | undefined {
  try {
    checkContextFile(file, draft.name);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether what a field leads to can be read and is of its kind. A program that it names is not run for that. */
async function usable(draft: ContextDraft, file: ContextFile): Promise<string | undefined> {
  try {
    await resolveContext(draft.name, file);
    return undefined;
  } catch (error) {
    return isBackupError(error) && error.option === 'allowPrograms' ? undefined : messageOf(error);
  }
}
