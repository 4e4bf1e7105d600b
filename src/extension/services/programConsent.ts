import type { Memento } from 'vscode';

const key = 'allowedPrograms';

/**
 * Remembers which programs the user lets a context run to get at its secrets. The answer belongs to the context's file
 * and to the exact command lines: when the file asks for another one, it counts no more.
 */
export class ProgramConsent {
  constructor(private readonly memento: Memento) {}

  isAllowed(contextPath: string, programs: readonly string[]): boolean {
    const allowed = this.memento.get<string[]>(key, []);
    return programs.every((program) => allowed.includes(entry(contextPath, program)));
  }

  async allow(contextPath: string, programs: readonly string[]): Promise<void> {
    const entries = programs.map((program) => entry(contextPath, program));
    await this.memento.update(key, [...new Set([...this.memento.get<string[]>(key, []), ...entries])]);
  }

  /** Takes back everything that was allowed to a context. */
  async forget(contextPath: string): Promise<void> {
    const others = this.memento.get<string[]>(key, []).filter((each) => !each.startsWith(entry(contextPath, '')));
    await this.memento.update(key, others);
  }
}

function entry(contextPath: string, program: string): string {
  return `${contextPath}\n${program}`;
}
