import type { ContextFile } from './contextFile';
import { schemeOf } from './secretReference';

/**
 * The command lines that connecting with a context may run, for the question that precedes it. Which of them really run
 * depends on the precedence of the credentials; a yes covers all of them.
 */
export function contextPrograms(file: ContextFile): string[] {
  const references = [file.creds, file.nkey, file.password, file.token, file.user_jwt, file.user_seed];
  const lines = references.filter((each) => each !== undefined).map(commandLine);
  if (file.nsc) lines.push(commandLine(`nsc://${file.nsc.replace(/^nsc:\/\//i, '')}`));
  return [...new Set(lines.filter((line) => line !== undefined))];
}

function commandLine(reference: string): string | undefined {
  const scheme = schemeOf(reference);
  if (scheme === 'op') return `op read ${reference}`;
  return scheme === 'nsc' ? `nsc generate profile ${reference}` : undefined;
}
