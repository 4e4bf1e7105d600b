import type { RowCommand } from './command';
import type { ContextConnection } from './contextConnection';

/** Asks for the yes that a row says is missing, then tries again. */
export function allowProgram(connection: ContextConnection, retry: RowCommand): RowCommand {
  return async (target) => {
    if (target.context !== undefined && (await connection.allowPrograms(target.context))) await retry(target);
  };
}
