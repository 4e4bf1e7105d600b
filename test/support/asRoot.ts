import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program as root: as whoever runs the tests, or through a sudo that asks nothing, as on the hosted runners. */
export async function asRoot(program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(...rootCommand(program, args));
}

/** The same, and waits for its end. */
export function asRootSync(program: string, ...args: string[]): void {
  execFileSync(...rootCommand(program, args), { stdio: 'pipe' });
}

function rootCommand(program: string, args: string[]): [program: string, args: string[]] {
  return process.getuid?.() === 0 ? [program, args] : ['sudo', ['-n', program, ...args]];
}
