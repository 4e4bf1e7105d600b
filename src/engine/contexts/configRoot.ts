import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * The folder that holds `nats/context`: `$XDG_CONFIG_HOME`, else `.config` in the home folder, on Windows and macOS
 * too, because the command line has it so.
 */
export function configRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env['XDG_CONFIG_HOME'] || join(homeFolder(), '.config');
}

/** The home folder of the system's user database, not `$HOME`: as the command line has it. */
export function homeFolder(): string {
  try {
    return userInfo().homedir || homedir();
  } catch {
    // A user without an entry in the database, as in some containers.
    return homedir();
  }
}
