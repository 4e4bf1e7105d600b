import { BackupError } from '../errors';
import type { ContextFile } from './contextFile';
import { parseServerAddresses } from './serverAddresses';
import { schemeOf } from './secretReference';

/**
 * Refuses a context that contradicts itself. Nothing is opened: whether files exist and servers answer is not looked at.
 *
 * @throws BackupError `invalidContext`
 */
export function checkContextFile(file: ContextFile, context: string): void {
  parseServerAddresses(file.url ?? '', context);
  const problem = credentialsProblem(file) ?? tlsProblem(file) ?? subjectProblem(file);
  if (problem === undefined) return;
  throw new BackupError('invalidContext', `Context "${context}": ${problem}. Edit the context.`);
}

/** The command line saves no context with more than one of these; when it connects it takes the first. */
function credentialsProblem(file: ContextFile): string | undefined {
  const kinds = (['user', 'creds', 'nkey', 'nsc', 'user_jwt'] as const).filter((field) => file[field]);
  if (kinds.length > 1) return `only one of ${kinds.map((kind) => `"${kind}"`).join(' and ')} can be used`;
  if (file.user_seed && !file.user_jwt) return '"user_seed" needs a "user_jwt"';
  if (file.password && !file.user) return '"password" needs a "user"';
  return undefined;
}

/** Rules for the fields of TLS; the one of {@link checkContextFile} that connecting needs too. */
export function tlsProblem(file: ContextFile): string | undefined {
  if (file.cert && !file.key) return '"cert" needs a "key"';
  if (file.key && !file.cert) return '"key" needs a "cert"';
  for (const field of ['cert', 'key', 'ca'] as const) {
    const scheme = schemeOf(file[field] ?? '');
    if (scheme !== undefined && scheme !== 'file') return `"${field}" must be the path of a PEM file`;
  }
  return undefined;
}

/** Rules for the fields that become parts of subjects. */
export function subjectProblem(file: ContextFile): string | undefined {
  const { jetstream_domain: domain, jetstream_api_prefix: prefix, inbox_prefix: inbox } = file;
  if (domain && prefix) return '"jetstream_domain" and "jetstream_api_prefix" cannot be used together';
  if (domain && !isSubjectPart(domain, false)) return '"jetstream_domain" must be one word without dots and wildcards';
  if (prefix && !isSubjectPart(prefix, true)) return '"jetstream_api_prefix" must be a subject without wildcards';
  if (inbox && (!isSubjectPart(inbox, true) || inbox.endsWith('.'))) {
    return '"inbox_prefix" must be a subject without wildcards and without a dot at its end';
  }
  return undefined;
}

/** Whether the text is a literal subject, or one token of it. A dot at the end is the command line's leniency. */
function isSubjectPart(text: string, dots: boolean): boolean {
  const tokens = text.replace(/\.$/, '').split('.');
  return (dots || tokens.length === 1) && tokens.every((token) => token !== '' && !/[\s*>]/.test(token));
}
